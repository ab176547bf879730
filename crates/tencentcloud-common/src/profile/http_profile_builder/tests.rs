use super::*;
use crate::Region;

#[test]
fn an_invalid_setting_is_rejected_with_its_name() {
    let seconds = Duration::from_secs;
    let start = HttpProfile::builder;
    let cases = [
        (start().endpoint("a b"), "endpoint: invalid endpoint \"a b\""),
        (start().apigw_endpoint("c d"), "apigw_endpoint: invalid endpoint \"c d\""),
        (
            start().apigw_endpoint("https://a@b"),
            "apigw_endpoint: the endpoint contains a user name",
        ),
        (start().apigw_endpoint("https://a@b"), "remove the part before '@'"),
        (start().root_domain("tencentcloudapi.com/x"), "invalid root_domain"),
        (start().root_domain(""), "invalid root_domain"),
        (start().root_domain("tencentcloudapi.com:80"), "invalid root_domain"),
        (start().root_domain("https://x"), "invalid root_domain"),
        (start().req_timeout(seconds(0)), "req_timeout must be longer than zero"),
        (start().connect_timeout(seconds(0)), "connect_timeout must be longer than zero"),
        (start().connect_timeout(seconds(61)), "connect_timeout (61s) is longer than req_timeout"),
        (
            start().req_timeout(seconds(5)).connect_timeout(seconds(6)),
            "connect_timeout (6s) is longer than req_timeout (5s)",
        ),
        (start().sse_idle_timeout(seconds(0)), "sse_idle_timeout must be longer than zero"),
        (start().max_response_size(0), "max_response_size must be at least 1 byte"),
        (
            start().pool_idle_timeout(seconds(0)),
            "pool_idle_timeout must be above zero and below 60 s",
        ),
        (start().pool_idle_timeout(seconds(60)), "got 60s; to disable the pool"),
        (start().pre_conn_pool_size(1001), "pre_conn_pool_size must be at most 1000, got 1001"),
        (start().proxy("http://"), "proxy: invalid proxy \"http://\": the host is empty"),
    ];
    for (builder, expected) in cases {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::InvalidInput);
        assert!(error.to_string().contains(expected), "{expected}: {error}");
    }
}

#[test]
fn the_default_connect_timeout_is_at_most_the_request_timeout() {
    let seconds = Duration::from_secs;
    let connect_timeout = |builder: HttpProfileBuilder| builder.build().unwrap().connect_timeout();
    let start = HttpProfile::builder;
    assert_eq!(connect_timeout(start()), seconds(10));
    assert_eq!(connect_timeout(start().req_timeout(seconds(3))), seconds(3));
    assert_eq!(
        connect_timeout(start().req_timeout(seconds(3)).connect_timeout(seconds(3))),
        seconds(3)
    );
    assert_eq!(
        connect_timeout(start().req_timeout(seconds(90)).connect_timeout(seconds(30))),
        seconds(30)
    );
}

#[test]
fn the_endpoint_depends_on_root_domain_and_region() {
    let host = |builder: HttpProfileBuilder, region: &str| {
        let profile = builder.build().unwrap();
        profile.endpoint_of("cvm", &Region::from(region)).unwrap().to_string()
    };
    let start = HttpProfile::builder;
    assert_eq!(host(start(), "ap-shanghai"), "https://cvm.tencentcloudapi.com/");
    let regional = || start().regional_endpoint(true);
    assert_eq!(
        host(regional(), "ap-shanghai-fsi"),
        "https://cvm.ap-shanghai-fsi.tencentcloudapi.com/"
    );
    assert_eq!(host(regional(), ""), "https://cvm.tencentcloudapi.com/");
    assert_eq!(
        host(regional().root_domain(HttpProfile::INTERNATIONAL), "ap-singapore"),
        "https://cvm.ap-singapore.intl.tencentcloudapi.com/"
    );
    assert_eq!(
        host(start().root_domain(HttpProfile::INTERNAL).protocol(Protocol::Http), ""),
        "http://cvm.internal.tencentcloudapi.com/"
    );
    assert_eq!(host(regional().endpoint("example.com/tc"), "ap-tokyo"), "https://example.com/tc");
}

#[test]
fn service_and_region_names_cannot_change_the_host() {
    let profile = HttpProfile::builder().regional_endpoint(true).build().unwrap();
    let names = ["a b", "evil.com/", "http://evil.com/", "evil.com:80", "evil.com?", "me@evil.com"];
    for name in names.into_iter().chain(["[::1]", "a..b", "-a", "a#"]) {
        let service = profile.endpoint_of(name, &Region::AP_TOKYO);
        let region = profile.endpoint_of("cvm", &Region::from(name));
        for endpoint in [service, region] {
            let error = endpoint.unwrap_err().to_string();
            assert!(error.contains("invalid endpoint"), "{name}: {error}");
        }
    }
}

#[test]
fn debug_shows_no_password_before_and_after_build() {
    let builder = HttpProfile::builder().proxy("http://me:pw-1234@proxy:1");
    assert!(!format!("{builder:?}").contains("pw-1234"), "{builder:?}");
    let profile = builder.build().unwrap();
    assert!(!format!("{profile:?}").contains("pw-1234"), "{profile:?}");
    let none = HttpProfile::builder().proxy("http://proxy:1").no_proxy().build().unwrap();
    assert_eq!(none.proxy(), &Proxy::None);
}

#[test]
fn debug_of_a_builder_shows_no_unparsed_url() {
    let builder = HttpProfile::builder()
        .endpoint("https://me:pw-1234@host")
        .apigw_endpoint("https://me:pw-1234@host")
        .proxy("http://me:pw-1234@host");
    let shown = format!("{builder:?}");
    assert!(!shown.contains("pw-1234"), "{shown}");
}

#[test]
fn the_error_of_a_root_domain_contains_no_password() {
    for text in ["me:pw-1234@x", "https://me:pw-1234@x", "x?Signature=pw-1234"] {
        let error = HttpProfile::builder().root_domain(text).build().unwrap_err().to_string();
        assert!(error.contains("root_domain") && !error.contains("pw-1234"), "{error}");
    }
}
