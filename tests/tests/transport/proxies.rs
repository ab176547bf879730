//! HTTP and SOCKS proxies, from the profile and from the environment.

use serde_json::json;
use tencentcloud_common::runtime::Environment;
use tencentcloud_common::transport::TransportErrorKind;
use tencentcloud_common::{ClientProfile, CommonClient, Credential, HttpProfile};
use tencentcloud_tests::counting_server::CountingServer;
use tencentcloud_tests::proxy::ProxyServer;
use tencentcloud_tests::scripted_server::ClosedPort;
use tencentcloud_tests::socks::SocksServer;
use tencentcloud_tests::tls::CertificateAuthority;

use super::{LOGIN, PASSWORD, call, chain, transport, url};

#[tokio::test]
async fn https_uses_a_tunnel_with_user_name_and_password() {
    let authority = CertificateAuthority::new().unwrap();
    let config = authority.server_config("cvm.tencentcloudapi.com").unwrap();
    let server = CountingServer::with_tls(config).unwrap();
    let proxy = ProxyServer::start(Some(LOGIN), server.address()).unwrap();
    let http_profile = HttpProfile::builder()
        .proxy(format!("http://me:{PASSWORD}@{}", proxy.address()))
        .certification_pem(authority.pem())
        .build()
        .unwrap();
    assert!(!format!("{http_profile:?}").contains(PASSWORD), "{http_profile:?}");
    let profile = ClientProfile::builder().http_profile(http_profile).build().unwrap();
    let credential = Credential::new("AKIDexample", "secret-key-1234").unwrap();
    let client = CommonClient::with_profile("cvm", "2017-03-12", credential, "", profile).unwrap();
    for _ in 0..2 {
        client.call_json("DescribeZones", json!({})).await.unwrap();
    }

    let [asked] = proxy.requests().try_into().unwrap();
    assert_eq!(asked.line.trim_end(), "CONNECT cvm.tencentcloudapi.com:443 HTTP/1.1");
    assert_eq!(asked.header("proxy-authorization"), Some(LOGIN));
    assert_eq!(asked.header("authorization"), None);
    for received in server.requests() {
        assert_eq!(received.line.trim_end(), "POST / HTTP/1.1");
        assert_eq!(received.header("host"), Some("cvm.tencentcloudapi.com"));
        assert_eq!(received.header("proxy-authorization"), None, "the login is not for the server");
    }
}

#[tokio::test]
async fn http_sends_absolute_urls_to_the_proxy() {
    let nobody = "127.0.0.1:9".parse().unwrap();
    let proxy = ProxyServer::start(Some(LOGIN), nobody).unwrap();
    let transport = transport(|it| it.proxy(format!("http://me:{PASSWORD}@{}", proxy.address())));
    assert!(!format!("{transport:?}").contains(PASSWORD), "{transport:?}");
    assert_eq!(call(&transport, "http://cvm.example.com/a?b=c").await.unwrap(), 200);
    let [asked] = proxy.requests().try_into().unwrap();
    assert_eq!(asked.line.trim_end(), "POST http://cvm.example.com/a?b=c HTTP/1.1");
    assert_eq!(asked.header("proxy-authorization"), Some(LOGIN));
    assert_eq!(asked.header("host"), Some("cvm.example.com"));
}

#[tokio::test]
async fn the_connection_to_the_proxy_can_use_tls() {
    let authority = CertificateAuthority::new().unwrap();
    let proxy = CountingServer::with_tls(authority.server_config("localhost").unwrap()).unwrap();
    let address = format!("https://localhost:{}", proxy.address().port());
    let transport = transport(|it| it.proxy(address).certification_pem(authority.pem()));
    assert_eq!(call(&transport, "http://cvm.example.com/").await.unwrap(), 200);
    let [asked] = proxy.requests().try_into().unwrap();
    assert_eq!(asked.line.trim_end(), "POST http://cvm.example.com/ HTTP/1.1");
}

#[tokio::test]
async fn a_proxy_that_requires_a_password_is_a_connect_error() {
    let nobody = "127.0.0.1:9".parse().unwrap();
    let proxy = ProxyServer::start(Some("Basic another"), nobody).unwrap();
    let transport = transport(|it| it.proxy(format!("http://me:{PASSWORD}@{}", proxy.address())));
    for url in ["https://cvm.example.com/", "http://cvm.example.com/"] {
        let error = call(&transport, url).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Rejected, "{error:?}");
        let text = chain(&error);
        let expected =
            format!("the proxy http://{} requires a user name and password", proxy.address());
        assert!(text.contains(&expected), "{text}");
    }
}

#[tokio::test]
async fn an_unreachable_proxy_has_its_own_error() {
    let nobody = ClosedPort::start().unwrap();
    let address = nobody.endpoint().unwrap();
    let transport = transport(|it| it.proxy(address.replace("//", &format!("//me:{PASSWORD}@"))));
    for url in ["https://cvm.example.com/", "http://cvm.example.com/"] {
        let error = call(&transport, url).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Connect, "{error:?}");
        let text = chain(&error);
        assert!(text.contains(&format!("the proxy {address} cannot be reached")), "{text}");
        assert!(!text.contains(PASSWORD), "{text}");
    }
}

/// Returns an environment with these variables.
fn environment<const N: usize>(variables: [(&'static str, String); N]) -> Environment {
    Environment::from_fn(move |name| {
        variables.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone())
    })
}

#[tokio::test]
async fn the_proxy_of_the_environment_is_used_except_for_excluded_hosts() {
    let server = CountingServer::start().unwrap();
    let proxy = ProxyServer::start(None, server.address()).unwrap();
    for (no_proxy, proxied) in [("", true), ("example.com,localhost", true), ("*", false)] {
        let variables = [("HTTP_PROXY", url(proxy.address())), ("NO_PROXY", no_proxy.to_owned())];
        let before = proxy.requests().len();
        let transport = transport(|it| it.environment(environment(variables)));
        // The host does not exist, so it can be reached through the proxy only.
        let outcome = call(&transport, "http://cvm.nonexistent.invalid/").await;
        assert_eq!(outcome.is_ok(), proxied, "{no_proxy:?} {outcome:?}");
        assert_eq!(proxy.requests().len() - before, usize::from(proxied), "{no_proxy:?}");
    }
    let everywhere = Environment::from_fn(|_| Some("socks4://nobody:1".to_owned()));
    let unusable = transport(|it| it.environment(everywhere.clone()));
    let error = call(&unusable, "http://cvm.nonexistent.invalid/").await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Rejected);
    assert!(chain(&error).contains("_proxy: invalid proxy \"socks4://nobody:1\""), "{error:?}");
    let direct = transport(|it| it.environment(everywhere).no_proxy());
    assert_eq!(call(&direct, &url(server.address())).await.unwrap(), 200, "no_proxy() counts");
}

#[tokio::test]
async fn loopback_uses_only_the_proxy_of_the_profile() {
    let server = CountingServer::start().unwrap();
    let proxy = ProxyServer::start(None, server.address()).unwrap();
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        let variables = [(variable, url(proxy.address()))];
        let transport = transport(|it| it.environment(environment(variables)));
        for host in ["127.0.0.1", "localhost"] {
            let url = format!("http://{host}:{}/", server.address().port());
            assert_eq!(call(&transport, &url).await.unwrap(), 200);
        }
    }
    assert_eq!((proxy.requests().len(), server.requests().len()), (0, 8));
    let transport = transport(|it| it.proxy(url(proxy.address())));
    assert_eq!(call(&transport, &url(server.address())).await.unwrap(), 200);
    assert_eq!((proxy.requests().len(), server.requests().len()), (1, 8));
}

#[tokio::test]
async fn a_socks_proxy_connects_with_and_without_a_login() {
    let authority = CertificateAuthority::new().unwrap();
    let tls = CountingServer::with_tls(authority.server_config("localhost").unwrap()).unwrap();
    let plain = CountingServer::start().unwrap();
    // Characters with a special meaning in a URL.
    let password = "pw:@/%-1234";
    let logins =
        [(None, String::new()), (Some(("me", password)), "me:pw%3A%40%2F%25-1234@".into())];
    for (login, in_url) in logins {
        for (server, protocol) in [(&plain, "http"), (&tls, "https")] {
            let proxy = SocksServer::start(login, server.address()).unwrap();
            for (scheme, target) in [("socks5", "127.0.0.1:443"), ("socks5h", "localhost:443")] {
                let url = format!("{scheme}://{in_url}{}", proxy.address());
                let transport = transport(|it| it.proxy(url).certification_pem(authority.pem()));
                let shown = format!("{transport:?}");
                assert!(!shown.contains("pw:") && !shown.contains("pw%3A"), "{shown}");
                let before = proxy.targets().len();
                let url = format!("{protocol}://localhost:443/");
                assert_eq!(call(&transport, &url).await.unwrap(), 200, "{scheme} {url}");
                let [asked] = <[String; 1]>::try_from(proxy.targets().split_off(before)).unwrap();
                // The address of `localhost` depends on the machine.
                assert_eq!(asked.replace("::1:", "127.0.0.1:"), target, "{scheme} {url}");
            }
        }
    }
}

#[tokio::test]
async fn a_socks_proxy_of_the_environment_is_used() {
    let server = CountingServer::start().unwrap();
    let proxy = SocksServer::start(None, server.address()).unwrap();
    let variables = [("ALL_PROXY", format!("socks5h://{}", proxy.address()))];
    let transport = transport(|it| it.environment(environment(variables)));
    assert_eq!(call(&transport, "http://cvm.example.com/").await.unwrap(), 200);
    assert_eq!(proxy.targets(), ["cvm.example.com:80"]);
}

#[tokio::test]
async fn a_socks_proxy_error_contains_the_reason() {
    let nobody = ClosedPort::start().unwrap();
    let away = nobody.endpoint().unwrap().replace("http://", "");
    let open = SocksServer::start(None, away.parse().unwrap()).unwrap();
    let locked = SocksServer::start(Some(("me", "another")), away.parse().unwrap()).unwrap();
    let with_login = format!("me:{PASSWORD}@");
    let cases = [
        // The proxy requires a login, and another login.
        (
            locked.address().to_string(),
            "",
            TransportErrorKind::Rejected,
            "requires a user name and password",
        ),
        (
            locked.address().to_string(),
            with_login.as_str(),
            TransportErrorKind::Rejected,
            "requires a user name and password",
        ),
        (
            open.address().to_string(),
            "",
            TransportErrorKind::Connect,
            "cannot connect to cvm.example.com",
        ),
        (away, "", TransportErrorKind::Connect, "cannot be reached"),
    ];
    for (address, login, kind, expected) in cases {
        let transport = transport(|it| it.proxy(format!("socks5h://{login}{address}")));
        let error = call(&transport, "https://cvm.example.com/").await.unwrap_err();
        let text = chain(&error);
        assert_eq!(error.kind(), kind, "{text}");
        let proxy = format!("the proxy socks5h://{address} {expected}");
        assert!(text.contains(&proxy), "{proxy}: {text}");
    }
    // With socks5:// the client resolves the name.
    let transport = transport(|it| it.proxy(format!("socks5://{}", open.address())));
    let error = call(&transport, "https://cvm.nonexistent.invalid/").await.unwrap_err();
    let text = chain(&error);
    assert!(text.contains("cannot be resolved; socks5h:// lets the proxy resolve names"), "{text}");
}
