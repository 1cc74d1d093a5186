"""Never gets ready."""

import time

from app import toy

toy.tell("waits")
time.sleep(3600)
