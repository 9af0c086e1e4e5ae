"""post.py PORT: sends requests to a server on loopback.

Each line of its input is a request in JSON, its body in base64; each line of its output is the status of the answer.
"""

import base64
import http.client
import json
import sys

for line in sys.stdin:
    request = json.loads(line)
    connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=20)
    connection.request("POST", "/", base64.b64decode(request["body"]), request["headers"])
    print(connection.getresponse().status)
    connection.close()
