"""verify.py SECRET: what a library of Standard Webhooks that is not ours says of requests.

Each line of its input is a request in JSON, its body in base64; each line of its output is the type of the message, or
why it is refused.
"""

import base64
import json
import sys

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

webhook = Webhook(sys.argv[1])
for line in sys.stdin:
    request = json.loads(line)
    try:
        message = webhook.verify(base64.b64decode(request["body"]), request["headers"])
        print(message["type"])
    except WebhookVerificationError as error:
        print(f"refused: {error}")
