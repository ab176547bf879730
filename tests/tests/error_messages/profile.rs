//! Profiles, endpoints, proxies, and the settings of the environment.

use std::time::Duration;

use tencentcloud_common::profile::{HttpProfileBuilder, ProxyUrl};
use tencentcloud_common::{
    ClientProfile, CommonClient, Endpoint, HttpProfile, Language, Protocol, Region,
    RegionBreakerProfile, ReqMethod, SignMethod,
};

use super::fixtures::{PASSWORD, environment};
use super::messages::Messages;

pub(super) fn add(messages: &mut Messages) {
    endpoints(messages);
    http_profile(messages);
    proxies(messages);
    client_profile(messages);
    breaker(messages);
    names(messages);
    variables(messages);
}

fn endpoints(messages: &mut Messages) {
    messages.heading("Endpoint");
    let parse = |text: &str| Endpoint::parse(text, Protocol::Https);
    for (situation, text) in [
        ("An endpoint with another scheme", "ftp://cvm.tencentcloudapi.com"),
        ("An endpoint with a query", "cvm.tencentcloudapi.com/?Signature=PLANTED"),
        ("An endpoint with a port above 65535", "cvm.tencentcloudapi.com:99999"),
        ("An empty endpoint", ""),
        ("An endpoint with spaces", "cvm tencentcloudapi com"),
        ("An endpoint with an invalid IPv6 address", "[::zz]:443"),
        ("An endpoint with a space in its path", "https://gateway.example.com/a b"),
    ] {
        messages.add(situation, parse(text));
    }
    let with_login = format!("https://me:{PASSWORD}@cvm.tencentcloudapi.com");
    messages.add("An endpoint with a user name and password", parse(&with_login));
    let long = vec!["a".repeat(60); 5].join(".");
    messages.add("An endpoint with a host of more than 253 characters", parse(&long));
}

fn http_profile(messages: &mut Messages) {
    messages.heading("HttpProfile");
    let (zero, second) = (Duration::ZERO, Duration::from_secs(1));
    let builder = HttpProfile::builder;
    let cases: [(&str, HttpProfileBuilder); 13] = [
        ("`endpoint` with a space", builder().endpoint("cvm tencentcloudapi com")),
        ("`apigw_endpoint` with another scheme", builder().apigw_endpoint("ftp://gateway")),
        ("`root_domain` with a space", builder().root_domain("tencentcloudapi com")),
        ("`root_domain` with a password", builder().root_domain(format!("me:{PASSWORD}@host"))),
        ("`req_timeout` of zero", builder().req_timeout(zero)),
        ("`connect_timeout` of zero", builder().connect_timeout(zero)),
        ("`sse_idle_timeout` of zero", builder().sse_idle_timeout(zero)),
        (
            "`connect_timeout` longer than `req_timeout`",
            builder().req_timeout(second).connect_timeout(2 * second),
        ),
        ("`max_response_size` of zero", builder().max_response_size(0)),
        ("`pool_idle_timeout` of zero", builder().pool_idle_timeout(zero)),
        ("`pool_idle_timeout` of 90 s", builder().pool_idle_timeout(90 * second)),
        ("`pre_conn_pool_size` of 5000", builder().pre_conn_pool_size(5000)),
        ("`proxy` with an unknown scheme", builder().proxy("socks4://proxy.example.com")),
    ];
    for (situation, builder) in cases {
        messages.add(situation, builder.build());
    }
    let region = Region::AP_SHANGHAI;
    let endpoint_of = |service: &str| HttpProfile::default().endpoint_of(service, &region);
    messages.add("The endpoint of a service name with a space", endpoint_of("c vm"));
    messages.add("The endpoint of a service name that is an address", endpoint_of("[::1]"));
}

fn proxies(messages: &mut Messages) {
    messages.heading("Proxy URL");
    for (situation, text) in [
        ("A proxy with an unknown scheme", "ftp://me:PLANTED@proxy.example.com:3128"),
        ("A proxy with a path", "http://proxy.example.com:3128/path"),
        ("A proxy without a host", "http://me:PLANTED@:3128"),
        ("A proxy with port 0", "http://proxy.example.com:0"),
        ("A proxy with an incomplete percent-encoding", "http://me:PLANTED%4@proxy.example.com"),
        ("A proxy with an invalid percent-encoding", "http://me:PLANTED%zz@proxy.example.com"),
        ("A proxy with a line break in the password", "http://me:PLANTED%0a@proxy.example.com"),
        ("A proxy with a password that is not UTF-8", "http://me:PLANTED%ff@proxy.example.com"),
        ("A proxy with a colon in the user name", "http://m%3ae:PLANTED@proxy.example.com"),
    ] {
        messages.add(situation, ProxyUrl::parse(text));
    }
}

fn client_profile(messages: &mut Messages) {
    messages.heading("ClientProfile");
    let builder = ClientProfile::builder;
    messages.add(
        "`unsigned_payload` with HmacSHA1",
        builder().unsigned_payload(true).sign_method(SignMethod::HmacSha1).build(),
    );
    messages.add("`request_client` with a space", builder().request_client("my tool").build());
    messages.add("An empty `request_client`", builder().request_client("").build());
}

fn breaker(messages: &mut Messages) {
    messages.heading("RegionBreakerProfile");
    let builder = RegionBreakerProfile::builder;
    for (situation, text) in [
        ("`backup_endpoint` with a protocol", "https://ap-guangzhou.tencentcloudapi.com"),
        ("`backup_endpoint` with a space", "ap guangzhou.tencentcloudapi.com"),
        ("`backup_endpoint` that is only a region", "ap-guangzhou"),
        ("`backup_endpoint` with the name of a service", "cvm.ap-guangzhou.tencentcloudapi.com"),
    ] {
        messages.add(situation, builder().backup_endpoint(text).build());
    }
    let zero = Duration::ZERO;
    messages.add("`max_fail_percent` of 75", builder().max_fail_percent(75.0).build());
    messages.add("`max_fail_num` of zero", builder().max_fail_num(0).build());
    messages.add("`max_requests` of zero", builder().max_requests(0).build());
    messages.add("`window_interval` of zero", builder().window_interval(zero).build());
    messages.add("`timeout` of zero", builder().timeout(zero).build());
    messages.add(
        "The backup endpoint of a service name with a space",
        RegionBreakerProfile::default().endpoint_of("c vm", Protocol::Https),
    );
}

fn names(messages: &mut Messages) {
    messages.heading("Names");
    messages.add("An unknown sign method", "HMACSHA1".parse::<SignMethod>());
    messages.add("An unknown language", "de-DE".parse::<Language>());
    messages.add("An unknown protocol", "ftp".parse::<Protocol>());
    messages.add("An unknown request method", "PUT".parse::<ReqMethod>());
    let client = CommonClient::builder("cvm", "2017-03-12").region("Shanghai!").build();
    messages.add("A client with an invalid region", client);
    messages.add(
        "A client with an invalid service name",
        CommonClient::builder("c vm", "2017-03-12").build(),
    );
}

fn variables(messages: &mut Messages) {
    messages.heading("Environment variables");
    for (name, value) in [
        ("TENCENTCLOUD_PROTOCOL", "ftp"),
        ("TENCENTCLOUD_DOMAIN", "tencentcloudapi com"),
        ("TENCENTCLOUD_ENDPOINT", "ftp://cvm.tencentcloudapi.com"),
        ("TENCENTCLOUD_PROXY", "socks4://proxy.example.com"),
        ("TENCENTCLOUD_REQ_METHOD", "PUT"),
        ("TENCENTCLOUD_REQ_TIMEOUT", "60s"),
        ("TENCENTCLOUD_CONNECT_TIMEOUT", "0"),
        ("TENCENTCLOUD_SIGN_METHOD", "HMACSHA1"),
        ("TENCENTCLOUD_LANGUAGE", "de-DE"),
        ("TENCENTCLOUD_REQUEST_CLIENT", "my tool"),
    ] {
        let profile = ClientProfile::from_environment(&environment(&[(name, value)]));
        messages.add(format!("{name} is `{value}`"), profile);
    }
    let timeouts = [("TENCENTCLOUD_REQ_TIMEOUT", "1"), ("TENCENTCLOUD_CONNECT_TIMEOUT", "2")];
    messages.add(
        "TENCENTCLOUD_CONNECT_TIMEOUT is longer than TENCENTCLOUD_REQ_TIMEOUT",
        ClientProfile::from_environment(&environment(&timeouts)),
    );
}
