"""An article that must go for good: what it said, where it stood, and what tells of either.

In two steps. One transaction (``article``) takes out the rows, and leaves of them the keys of the
addresses (``pages``), so that no crawl brings the article back, and the chain's word that something
went; what walls showed of it goes, too (``walls``), and where others name it (``mentions``). Then
the bytes (``traces``): those of a file are overwritten as they go, the index is written anew, and
the log is emptied. The second step may be refused, by whoever still reads the file as it was; it is
noted as due, and done by the next who asks for it.
"""

from storage.maintenance.forgetting.article import Removal, forget
from storage.maintenance.forgetting.traces import Traces, finish, is_unfinished

__all__ = ["Removal", "Traces", "finish", "forget", "is_unfinished"]
