use super::*;
use crate::Region;

#[test]
fn wrong_settings_are_refused_by_their_names() {
    let seconds = Duration::from_secs;
    let start = HttpProfile::builder;
    let cases = [
        (start().endpoint("a b"), "endpoint: \"a b\" is no endpoint"),
        (start().apigw_endpoint("c d"), "apigw_endpoint: \"c d\" is no endpoint"),
        (start().apigw_endpoint("https://a@b"), "apigw_endpoint: the endpoint holds a user name"),
        (start().apigw_endpoint("https://a@b"), "credentials do not belong into an endpoint"),
        (start().root_domain("tencentcloudapi.com/x"), "is no root_domain"),
        (start().root_domain(""), "is no root_domain"),
        (start().root_domain("tencentcloudapi.com:80"), "is no root_domain"),
        (start().root_domain("https://x"), "is no root_domain"),
        (start().req_timeout(seconds(0)), "req_timeout is zero"),
        (start().connect_timeout(seconds(0)), "connect_timeout is zero"),
        (start().connect_timeout(seconds(61)), "connect_timeout (61s) is longer than req_timeout"),
        (
            start().req_timeout(seconds(5)).connect_timeout(seconds(6)),
            "connect_timeout (6s) is longer than req_timeout (5s)",
        ),
        (start().sse_idle_timeout(seconds(0)), "sse_idle_timeout is zero"),
        (start().max_response_size(0), "max_response_size is zero"),
        (start().pool_idle_timeout(seconds(0)), "pool_idle_timeout is 0ns"),
        (start().pool_idle_timeout(seconds(60)), "less than the 60 s after which the service"),
        (start().pre_conn_pool_size(1001), "pre_conn_pool_size is 1001: give at most 1000"),
        (start().proxy("http://"), "proxy: invalid proxy \"http://\": the host is empty"),
    ];
    for (builder, expected) in cases {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::InvalidInput);
        assert!(error.to_string().contains(expected), "{expected}: {error}");
    }
}

#[test]
fn the_default_connect_timeout_fits_into_the_time_of_an_attempt() {
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
fn the_endpoint_follows_root_domain_and_region() {
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
fn no_name_of_a_service_or_region_leads_to_another_host() {
    let profile = HttpProfile::builder().regional_endpoint(true).build().unwrap();
    let names = ["a b", "evil.com/", "http://evil.com/", "evil.com:80", "evil.com?", "me@evil.com"];
    for name in names.into_iter().chain(["[::1]", "a..b", "-a", "a#"]) {
        let service = profile.endpoint_of(name, &Region::AP_TOKYO);
        let region = profile.endpoint_of("cvm", &Region::from(name));
        for wrong in [service, region] {
            let error = wrong.unwrap_err().to_string();
            assert!(error.contains("is no endpoint"), "{name}: {error}");
        }
    }
}

#[test]
fn a_password_is_not_shown_before_and_after_it_is_checked() {
    let builder = HttpProfile::builder().proxy("http://me:pw-1234@proxy:1");
    assert!(!format!("{builder:?}").contains("pw-1234"), "{builder:?}");
    let profile = builder.build().unwrap();
    assert!(!format!("{profile:?}").contains("pw-1234"), "{profile:?}");
    let none = HttpProfile::builder().proxy("http://proxy:1").no_proxy().build().unwrap();
    assert_eq!(none.proxy(), &Proxy::None);
}

#[test]
fn a_builder_shows_no_password_of_a_url_that_is_not_checked_yet() {
    let builder = HttpProfile::builder()
        .endpoint("https://me:pw-1234@host")
        .apigw_endpoint("https://me:pw-1234@host")
        .proxy("http://me:pw-1234@host");
    let shown = format!("{builder:?}");
    assert!(!shown.contains("pw-1234"), "{shown}");
}

#[test]
fn a_wrong_root_domain_shows_no_password() {
    for text in ["me:pw-1234@x", "https://me:pw-1234@x", "x?Signature=pw-1234"] {
        let error = HttpProfile::builder().root_domain(text).build().unwrap_err().to_string();
        assert!(error.contains("root_domain") && !error.contains("pw-1234"), "{error}");
    }
}
