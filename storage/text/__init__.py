"""Pure rules over texts: how like two are, what an edit changed, which one is the better."""
