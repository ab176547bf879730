"""Lets the official Python SDK make the requests that the Rust SDK made, and compares.

Reads one JSON object a line from standard input: what a caller says, and what the Rust SDK sent.
The Python SDK is told the same, at the same time and with the same random numbers, and all that it
would send is compared: method, host, query, headers, body and signature. Exits with 1 if a request
differs, or if a form has fewer than 500 of them.
"""
import collections
import json
import sys
import types
import uuid
from unittest import mock
from urllib.parse import parse_qsl

from tencentcloud.common import abstract_client
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.common.sign import Sign

FORMS = [
    "TC3 POST JSON", "TC3 GET query", "TC3 multipart", "TC3 octet-stream", "TC3 UNSIGNED-PAYLOAD",
    "skip-sign", "HmacSHA1 GET", "HmacSHA1 POST", "HmacSHA256 GET", "HmacSHA256 POST",
    "multipart whatever the sign method", "presigned URL",
]


class Sent(Exception):
    """Ends a call of the Python SDK where it would go to the network."""


class Name:
    """What `uuid.uuid4()` gives: its `hex` becomes a boundary, its text a trace id."""

    def __init__(self, boundary, text):
        self.hex, self.text = boundary, text

    def __str__(self):
        return self.text


def trace_id(case):
    return str(uuid.UUID(bytes=bytes.fromhex(case["random"]), version=4))


def client_of(case):
    http = HttpProfile(endpoint=case["host"], reqMethod=case["method"])
    profile = ClientProfile(signMethod=case["sign_method"], httpProfile=http, language=case["language"])
    profile.unsignedPayload = case["unsigned"]
    http.apigw_endpoint = case["gateway"] or None
    credential = Credential(case["secret_id"], case["secret_key"], case["token"])
    client = CommonClient(case["service"], case["version"], credential, case["region"], profile)
    client.request_client = case["request_client"]
    return client


def parameters_of(case):
    """The parameters as a caller of the Python SDK gives them.

    In a query and a form, numbers are texts already, for Python does not keep how they are
    written, and so are booleans, which it would send as `True` where the Go and the Java SDK, and
    the Rust one, send `true`.
    """
    tc3 = case["sign_method"] == "TC3-HMAC-SHA256"
    if case["files"] is not None or (case["method"] == "POST" and tc3):
        parameters = json.loads(case["parameters"])
        for name in case["files"] or []:
            parameters[name] = bytes.fromhex(parameters[name])
        return parameters
    return texts(json.loads(case["parameters"], parse_int=str, parse_float=str))


def texts(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return [texts(item) for item in value]
    if isinstance(value, dict):
        return {name: texts(item) for name, item in value.items()}
    return value


def python_request(case, boundary):
    """What the Python SDK hands to its transport."""
    client = client_of(case)
    requests = []

    def send(request):
        requests.append(request)
        raise Sent

    client.request.send_request = send
    names = types.SimpleNamespace(uuid4=lambda: Name(boundary, trace_id(case)))
    fixed = {
        "time": types.SimpleNamespace(time=lambda: case["timestamp"]),
        "random": types.SimpleNamespace(randint=lambda low, high: case["nonce"]),
        "uuid": names,
    }
    options = {"SkipSign": case["skip_sign"]}
    if case["files"] is not None:
        options.update(IsMultipart=True, BinaryParams=case["files"])
    with mock.patch.multiple(abstract_client, **fixed):
        try:
            if case["stream"] is not None:
                prefix = "X-%s-" % case["service"].upper()
                headers = {prefix + name: value for name, value in parameters_of(case).items()}
                client.call_octet_stream(case["action"], headers, bytes.fromhex(case["stream"]), options)
            else:
                client.call_json(case["action"], parameters_of(case), options=options)
        except Sent:
            pass
    return client, requests[0]


def differences(case):
    sent = case["sent"]
    body = bytes.fromhex(sent["body"])
    if case["form"] == "presigned URL":
        return presigned_differences(case)
    boundary = sent["headers"]["content-type"].partition("boundary=")[2]
    client, request = python_request(case, boundary)
    data = request.data.encode() if isinstance(request.data, str) else request.data
    expected_query, expected_body = (data.decode(), b"") if case["method"] == "GET" else ("", data)
    expected = {name.lower(): value for name, value in request.header.items()}
    # The Python SDK leaves it to its HTTP library when it stands not in the signature.
    expected.setdefault("host", request.host)
    if case["stream"] is not None:
        # There the Python SDK knows neither trace ids nor a gateway.
        expected["x-tc-traceid"] = trace_id(case)
        expected["host"] = request.host = case["gateway"] or request.host
    if case["skip_sign"]:
        # Says how the body is signed, which it is not.
        expected.pop("x-tc-content-sha256", None)
    found = []
    for what, ours, theirs in [
        ("method", sent["method"], request.method),
        ("host of the URL", sent["authority"], request.host),
        ("path", sent["path"], request.uri),
        ("query", sent["query"], expected_query),
    ]:
        if ours != theirs:
            found.append((what, ours, theirs))
    if body != expected_body:
        if not same_json(case, body, expected_body):
            found.append(("body", body, expected_body))
        elif not case["skip_sign"]:
            expected["authorization"] = resigned(case, client, request, body)
    for name in set(expected) | set(sent["headers"]):
        ours, theirs = sent["headers"].get(name), expected.get(name)
        if ours != theirs:
            found.append((name, ours, theirs))
    return found


def same_json(case, body, expected):
    """JSON can be written with and without spaces: then the signature must be that of our bytes."""
    if case["sent"]["headers"]["content-type"] != "application/json":
        return False
    try:
        return json.loads(body) == json.loads(expected)
    except ValueError:
        return False


def resigned(case, client, request, body):
    request.data = body
    request.header["Host"] = case["host"]
    date = request.header["Authorization"].split("/")[1]
    signature = client._get_tc3_signature(None, request, date, case["service"], case["secret_key"])
    return request.header["Authorization"].rpartition("=")[0] + "=" + signature


def presigned_differences(case):
    """The Python SDK has no presigned URL, but signs what stands in one."""
    pairs = parse_qsl(case["sent"]["query"], keep_blank_values=True, strict_parsing=True)
    sent = dict(pairs)
    signature = sent.pop("Signature")
    client = client_of(case)
    expected = client._fix_params(parameters_of(case))
    expected.update({
        "Action": case["action"], "Nonce": str(case["nonce"]), "Timestamp": str(case["timestamp"]),
        "Version": case["version"], "SecretId": case["secret_id"],
        "SignatureMethod": case["sign_method"], "Language": case["language"],
    })
    if case["region"]:
        expected["Region"] = case["region"]
    if case["token"]:
        expected["Token"] = case["token"]
    found = [] if sent == expected and len(pairs) == len(sent) + 1 else [("query", sent, expected)]
    text = client._format_sign_string(expected)
    theirs = Sign.sign(case["secret_key"], text, case["sign_method"])
    return found if signature == theirs else found + [("Signature", signature, theirs)]


def main():
    checked, differ = collections.Counter(), 0
    for line in sys.stdin:
        case = json.loads(line)
        checked[case["form"]] += 1
        found = differences(case)
        if found:
            differ += 1
            for what, ours, theirs in found:
                print(f"differs: {case['form']}: {what}: {ours!r:.300}, expected {theirs!r:.300}", file=sys.stderr)
    for form in FORMS:
        print(f"  {form}: {checked[form]}")
    few = [form for form in FORMS if checked[form] < 500]
    print(f"requests that the official Python SDK made again: {sum(checked.values())}, different: {differ}")
    if few:
        print(f"fewer than 500: {', '.join(few)}", file=sys.stderr)
    sys.exit(1 if differ or few else 0)


main()
