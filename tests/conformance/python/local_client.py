"""Calls tencentcloud-local with the unmodified official Python SDK.

Usage: local_client.py HOST:PORT SECRET_ID SECRET_KEY

Prints one line per check. Exits with 1 after the first check that fails.
"""

import os
import re
import sys

# A proxy cannot reach the loopback address.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"

from tencentcloud.cbs.v20170312 import cbs_client, models as cbs
from tencentcloud.common import abstract_client
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.cvm.v20170312 import cvm_client, models as cvm
from tencentcloud.vpc.v20170312 import models as vpc, vpc_client

VERSION = "2017-03-12"
REGION = "ap-guangzhou"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def request(model, **members):
    """Creates a typed request with these members."""
    result = model()
    for name, value in members.items():
        setattr(result, name, value)
    return result


def cvm_filter(name, *values):
    return request(cvm.Filter, Name=name, Values=list(values))


class Local:
    """Creates clients of the endpoint."""

    def __init__(self, endpoint, secret_id, secret_key):
        self.endpoint = endpoint
        self.secret_id = secret_id
        self.secret_key = secret_key

    def profile(self, method="POST", unsigned=False):
        http = HttpProfile(protocol="http", endpoint=self.endpoint, reqMethod=method)
        profile = ClientProfile(httpProfile=http)
        profile.unsignedPayload = unsigned
        return profile

    def client(self, kind, secret_id=None, secret_key=None, token=None, region=REGION, **profile):
        secret = (secret_id or self.secret_id, secret_key or self.secret_key, token)
        return kind(Credential(*secret), region, self.profile(**profile))

    def common(self, service, version=VERSION, region=REGION, **profile):
        secret = Credential(self.secret_id, self.secret_key)
        return CommonClient(service, version, secret, region, self.profile(**profile))


def assert_fails(code, call, message=""):
    """Asserts that the call fails with the code, and that the error contains the message."""
    try:
        response = call()
    except TencentCloudSDKException as error:
        assert error.get_code() == code, error
        assert message in error.get_message(), error
        assert UUID.fullmatch(error.get_request_id()), error
    else:
        raise AssertionError(f"expected {code}, got {response}")


def typed_calls(local):
    zones = local.client(cvm_client.CvmClient).DescribeZones(cvm.DescribeZonesRequest())
    assert zones.TotalCount == len(zones.ZoneSet) == 2, zones
    assert UUID.fullmatch(zones.RequestId), zones

    disks = request(cbs.DescribeDisksRequest, Limit=3)
    disks = local.client(cbs_client.CbsClient).DescribeDisks(disks)
    assert len(disks.DiskSet) == 3 and disks.TotalCount > 25, disks

    vpcs = request(vpc.DescribeVpcsRequest, Limit="1")
    vpcs = local.client(vpc_client.VpcClient).DescribeVpcs(vpcs)
    assert len(vpcs.VpcSet) == 1 and vpcs.TotalCount == 2, vpcs


def sign_methods(local):
    query = request(
        cvm.DescribeInstancesRequest,
        Limit=2,
        Filters=[cvm_filter("tag:role", "web"), cvm_filter("instance-name", "web-01", "名 &=+/~*")],
    )
    for options in ({}, {"method": "GET"}, {"unsigned": True}, {"method": "GET", "unsigned": True}):
        client = local.client(cvm_client.CvmClient, **options)
        found = client.DescribeInstances(query)
        names = [instance.InstanceName for instance in found.InstanceSet]
        assert names == ["web-01"], (options, found)


def booleans_and_lists_in_a_query(local):
    query = request(
        cbs.DescribeDisksRequest,
        ReturnBindAutoSnapshotPolicy=True,
        Filters=[request(cbs.Filter, Name="disk-usage", Values=["DATA_DISK"])],
    )
    found = local.client(cbs_client.CbsClient, method="GET").DescribeDisks(query)
    assert found.TotalCount == len(found.DiskSet) == 6, found


def pages(local):
    client = local.client(cvm_client.CvmClient)
    first = client.DescribeInstances(cvm.DescribeInstancesRequest())
    assert first.TotalCount == 25 and len(first.InstanceSet) == 20, first.TotalCount
    ids = []
    while True:
        page = request(cvm.DescribeInstancesRequest, Offset=len(ids), Limit=10)
        page = client.DescribeInstances(page)
        ids += [instance.InstanceId for instance in page.InstanceSet]
        if len(ids) >= page.TotalCount or not page.InstanceSet:
            break
    assert len(ids) == len(set(ids)) == 25, ids
    too_many = request(cvm.DescribeInstancesRequest, Limit=101)
    code = "InvalidParameterValue.LimitExceeded"
    assert_fails(code, lambda: client.DescribeInstances(too_many))


def ids_and_filters(local):
    client = local.client(cvm_client.CvmClient)
    stopped = request(
        cvm.DescribeInstancesRequest, Filters=[cvm_filter("instance-state", "STOPPED")]
    )
    stopped = client.DescribeInstances(stopped).InstanceSet
    assert [instance.InstanceState for instance in stopped] == ["STOPPED"] * 2, stopped
    by_id = request(cvm.DescribeInstancesRequest, InstanceIds=[stopped[0].InstanceId])
    by_id = client.DescribeInstances(by_id).InstanceSet
    assert [instance.InstanceName for instance in by_id] == [stopped[0].InstanceName], by_id

    # Resources that one service refers to exist in the other services.
    instance = by_id[0]
    disks = [instance.SystemDisk.DiskId] + [disk.DiskId for disk in instance.DataDisks]
    found = request(cbs.DescribeDisksRequest, DiskIds=disks)
    found = local.client(cbs_client.CbsClient).DescribeDisks(found).DiskSet
    assert {disk.InstanceId for disk in found} == {instance.InstanceId}, found
    assert {disk.DiskId for disk in found} == set(disks), found
    networks = local.client(vpc_client.VpcClient)
    subnet = request(
        vpc.DescribeSubnetsRequest, SubnetIds=[instance.VirtualPrivateCloud.SubnetId]
    )
    subnet = networks.DescribeSubnets(subnet).SubnetSet[0]
    assert subnet.VpcId == instance.VirtualPrivateCloud.VpcId, subnet

    colour = request(cvm.DescribeInstancesRequest, Filters=[cvm_filter("colour", "red")])
    assert_fails("InvalidFilter", lambda: client.DescribeInstances(colour))
    unknown = request(vpc.DescribeVpcsRequest, VpcIds=["vpc-00000000"])
    assert_fails("ResourceNotFound", lambda: networks.DescribeVpcs(unknown))


def regions(local):
    elsewhere = local.client(cvm_client.CvmClient, region="ap-shanghai")
    found = elsewhere.DescribeInstances(cvm.DescribeInstancesRequest())
    assert found.TotalCount == 6, found.TotalCount
    nowhere = local.client(cvm_client.CvmClient, region="ap-nowhere")
    query = cvm.DescribeInstancesRequest()
    assert_fails("UnsupportedRegion", lambda: nowhere.DescribeInstances(query))
    none = local.client(cvm_client.CvmClient, region="")
    assert_fails("MissingParameter", lambda: none.DescribeInstances(query), "X-TC-Region")
    assert none.DescribeRegions(cvm.DescribeRegionsRequest()).TotalCount > 3


def invalid_credentials(local):
    query = cvm.DescribeInstancesRequest()
    client = local.client(cvm_client.CvmClient, secret_key="another")
    assert_fails("AuthFailure.SignatureFailure", lambda: client.DescribeInstances(query))
    client = local.client(cvm_client.CvmClient, secret_id="AKIDnobody")
    assert_fails("AuthFailure.SecretIdNotFound", lambda: client.DescribeInstances(query))
    client = local.client(cvm_client.CvmClient, token="needless")
    assert_fails("AuthFailure.TokenFailure", lambda: client.DescribeInstances(query))


def wrong_clock(local):
    """The SDK takes the timestamp from its `time` module, which is ten minutes late here."""

    class Late:
        now = abstract_client.time.time

        @classmethod
        def time(cls):
            return cls.now() - 600

    client = local.client(cvm_client.CvmClient)
    original, abstract_client.time = abstract_client.time, Late
    try:
        query = cvm.DescribeInstancesRequest()
        assert_fails("AuthFailure.SignatureExpire", lambda: client.DescribeInstances(query))
    finally:
        abstract_client.time = original


def dynamic_calls(local):
    client = local.common("cvm")
    response = client.call_json("DescribeInstances", {"Limit": 1})
    assert len(response["Response"]["InstanceSet"]) == 1, response
    got = local.common("cvm", method="GET").call_json("DescribeInstances", {"Limit": 1})
    assert got["Response"]["InstanceSet"] == response["Response"]["InstanceSet"], got
    assert_fails("InvalidAction", lambda: client.call_json("NoSuchAction", {}), "NoSuchAction")
    later = local.common("cvm", version="2099-01-01")
    assert_fails("NoSuchVersion", lambda: later.call_json("DescribeInstances", {}))
    nothing = local.common("nothing")
    assert_fails("NoSuchProduct", lambda: nothing.call_json("DescribeInstances", {}))


def invalid_parameters(local):
    client = local.common("cvm")
    assert_fails("MissingParameter", lambda: client.call_json("StopInstances", {}), "InstanceIds")
    unknown = {"Filters": [{"Name": "zone", "Values": [], "Foo": 1}]}
    call = lambda: client.call_json("DescribeInstances", unknown)
    assert_fails("UnknownParameter", call, "Filters.0.Foo")
    call = lambda: client.call_json("DescribeInstances", {"Limit": "ten"})
    assert_fails("InvalidParameter", call, "Limit")
    get = local.common("cvm", method="GET")
    call = lambda: get.call_json("DescribeInstances", {"Limit": "ten"})
    assert_fails("InvalidParameter", call, "Limit")


def generated_responses(local):
    networks = local.client(vpc_client.VpcClient)
    vpc_request = request(vpc.CreateVpcRequest, VpcName="new", CidrBlock="10.9.0.0/16")
    created = networks.CreateVpc(vpc_request)
    assert created.Vpc.VpcName == "new" and created.Vpc.VpcId.startswith("vpc-"), created
    reset = request(
        cvm.ResetInstancesPasswordRequest, InstanceIds=["ins-00000000"], Password="x"
    )
    reset = local.client(cvm_client.CvmClient).ResetInstancesPassword(reset)
    assert UUID.fullmatch(reset.RequestId), reset
    started = request(cvm.StartInstancesRequest, InstanceIds=["ins-00000000"])
    start = lambda: local.client(cvm_client.CvmClient).StartInstances(started)
    assert_fails("InvalidInstanceId.NotFound", start, "ins-00000000")


def requests_that_are_too_large(local):
    client = local.common("cvm")
    call = lambda: client.call_json("DescribeInstances", {"Zone": "x" * (10 * 1024 * 1024)})
    assert_fails("RequestSizeLimitExceeded", call)


CHECKS = (
    typed_calls,
    sign_methods,
    booleans_and_lists_in_a_query,
    pages,
    ids_and_filters,
    regions,
    invalid_credentials,
    wrong_clock,
    dynamic_calls,
    invalid_parameters,
    generated_responses,
    requests_that_are_too_large,
)


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    local = Local(*sys.argv[1:])
    for check in CHECKS:
        name = check.__name__.replace("_", " ")
        try:
            check(local)
        except Exception as error:
            print(f"FAILED {name}: {type(error).__name__}: {error}", flush=True)
            raise SystemExit(1) from error
        print(f"ok {name}", flush=True)


if __name__ == "__main__":
    main()
