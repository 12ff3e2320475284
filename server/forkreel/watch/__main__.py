"""`python -m forkreel.watch URL [PICK ...]`: watch to an ending, say what happens, print the report."""

import asyncio
import json
import sys

from forkreel.errors import WatchError
from forkreel.watch import watch

try:
    seen = asyncio.run(
        watch(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8080", picks=sys.argv[2:], on_event=print)
    )
except WatchError as error:
    sys.exit(f"forkreel: {error}")
print(json.dumps({name: value for name, value in seen.as_json().items() if name != "cards"}, indent=2))
