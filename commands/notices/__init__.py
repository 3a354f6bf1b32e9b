"""Notices: what a watch or ``health`` has to tell, taken to where its user hears of it.

message    what a notice says, from what the archive holds now
mail       … by SMTP
command    … to a program's standard input
webhook    … to a web address
delivery   what waits in the outbox → each channel, as long as it takes it
"""
