"""Lets the official Python SDK sign the requests that the Rust SDK signed, and compares.

Reads one JSON object a line from standard input; exits with 1 if a signature differs.
"""
import datetime
import json
import sys

from tencentcloud.common import credential
from tencentcloud.common.abstract_client import AbstractClient
from tencentcloud.common.http.request import RequestInternal
from tencentcloud.common.profile.client_profile import ClientProfile


def authorization(request):
    client = AbstractClient(credential.Credential("unused", "unused"), "", ClientProfile())
    signed = RequestInternal(request["host"], request["method"], "/", header={})
    signed.header["Content-Type"] = request["content_type"]
    signed.header["Host"] = request["host"]
    signed.header["X-TC-Timestamp"] = str(request["timestamp"])
    if request["unsigned"]:
        signed.header["X-TC-Content-SHA256"] = "UNSIGNED-PAYLOAD"
    signed.data = request["query"] if request["method"] == "GET" else bytes.fromhex(request["body"])
    date = datetime.datetime.fromtimestamp(request["timestamp"], datetime.timezone.utc).strftime("%Y-%m-%d")
    signature = client._get_tc3_signature(None, signed, date, request["service"], request["secret_key"])
    return (
        f"TC3-HMAC-SHA256 Credential={request['secret_id']}/{date}/{request['service']}/tc3_request, "
        f"SignedHeaders=content-type;host, Signature={signature}"
    )


def main():
    checked, differ = 0, 0
    for line in sys.stdin:
        request = json.loads(line)
        checked += 1
        if authorization(request) != request["authorization"]:
            differ += 1
            print(f"differs: {line.strip()[:500]}", file=sys.stderr)
    print(f"signatures that the official Python SDK recomputed: {checked}, different: {differ}")
    sys.exit(1 if differ or checked < 500 else 0)


main()
