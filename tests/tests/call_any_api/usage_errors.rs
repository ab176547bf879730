//! Invalid command lines and their error messages.

use tencentcloud_tests::call_any_api::{call_any_api, output_text};

use super::CALL;

#[test]
fn usage_errors_name_the_reason() {
    let cases: [(&[&str], &str); 36] = [
        (&["--sse", "--octet-stream", "f"], "--sse cannot be used with --octet-stream: "),
        (&["--sse", "--multipart", "a=b"], "--sse cannot be used with --multipart: "),
        (&["--octet-stream", "f", "--multipart", "a=b"], "a request has one body"),
        (&["--skip-sign", "--sign-method", "HmacSHA1"], "the request is not signed"),
        (&["--skip-sign", "--unsigned-payload"], "the request is not signed"),
        (&["--skip-sign", "--provider", "env"], "no credential is used"),
        (&["--method", "GET", "--octet-stream", "f"], "a GET request has no body"),
        (&["--method", "get", "--multipart", "a=b"], "a GET request has no body"),
        (&["--sign-method", "HmacSHA1", "--octet-stream", "f"], "requires TC3-HMAC-SHA256"),
        (&["--sign-method", "HmacSHA256", "--multipart", "a=b"], "requires TC3-HMAC-SHA256"),
        (&["--sign-method", "HmacSHA1", "--unsigned-payload"], "only TC3-HMAC-SHA256 supports it"),
        (&["--sign-method", "MD5"], "--sign-method: invalid signature method \"MD5\""),
        (&["--method", "PUT"], "--method: invalid HTTP method \"PUT\""),
        (&["--attempts", "0"], "--attempts: expected a number above 0, got \"0\""),
        (&["--attempts", "many"], "--attempts: expected a number above 0, got \"many\""),
        (&["--backup-endpoint", "cvm.tencentcloudapi.com"], "begins with the name of a service"),
        (
            &["--proxy", "socks4://me:pw-1234@x:1"],
            "its scheme is not http, https, socks5 or socks5h",
        ),
        (&["--endpoint", "a b"], "invalid endpoint \"a b\""),
        (&["--language", "fr"], "--language: invalid language \"fr\""),
        (&["--multipart", "=x"], "--multipart: expected NAME=@FILE or NAME=VALUE"),
        (&["--multipart", "A=@"], "--multipart: expected a file name after A=@"),
        (
            &["--provider", "vault"],
            "--provider: expected env, profile, cvm, oidc or default, got \"vault\"",
        ),
        (&["--timeout", "0"], "--timeout: expected a number of seconds above 0, got \"0\""),
        (&["--header", "x"], "--header: expected 'Name: value'"),
        (&["--attempts=0"], "--attempts: expected a number above 0, got \"0\""),
        (&["--octet-stream", ""], "--octet-stream has an empty value"),
        (&["--log="], "--log has an empty value"),
        (&["--sse=yes"], "--sse takes no value"),
        (&["--prxy=http://me:pw-1234@x:1"], "unknown option --prxy\n"),
        (&["-x"], "unknown option -x"),
        (&["-", "--octet-stream", "-"], "standard input (-) can be read only once"),
        (&["--multipart=a=@-", "--multipart=b=@-"], "standard input (-) can be read only once"),
        (&[""], "the parameters are not JSON"),
        (&["--region", "a", "--region", "b"], "duplicate option --region"),
        (&["--log"], "--log requires a value"),
        (&["{}", "more"], "unexpected argument \"more\""),
    ];
    for (options, reason) in cases {
        let output = call_any_api().args(CALL).args(options).output().unwrap();
        let (code, stdout, stderr) = output_text(&output);
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{options:?}: {stderr}");
        assert!(stderr.contains(reason), "{options:?}: {stderr}");
        let (first, usage) = stderr.split_once('\n').unwrap();
        assert!(first.contains(reason.trim_end()), "{options:?}: {first}");
        assert!(usage.starts_with("usage: call_any_api") && !stderr.contains("pw-1234"));
        assert!(usage.ends_with("--help lists the options\n") && usage.lines().count() == 2);
    }
    for help in ["--help", "-h"] {
        let (code, stdout, stderr) = output_text(&call_any_api().arg(help).output().unwrap());
        assert_eq!((code, stderr.as_str()), (Some(0), ""));
        for option in [
            "--sse",
            "--backup-endpoint HOST",
            "--log WHERE",
            "--provider P",
            "TENCENTCLOUD_REGION",
        ] {
            assert!(stdout.contains(option), "{option}: {stdout}");
        }
    }
}

#[test]
fn missing_arguments_are_named() {
    for (words, missing) in [
        (&[][..], "SERVICE"),
        (&["cvm"], "VERSION"),
        (&["cvm", "2017-03-12"], "ACTION"),
        (&["cvm", "2017-03-12", ""], "ACTION"),
        (&["", "2017-03-12", "DescribeZones"], "SERVICE"),
    ] {
        let (code, _, stderr) = output_text(&call_any_api().args(words).output().unwrap());
        assert_eq!(code, Some(2), "{words:?}");
        assert!(stderr.starts_with(&format!("{missing} is missing\n")), "{words:?}: {stderr}");
    }
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_not_utf8_is_a_usage_error() {
    use std::os::unix::ffi::OsStrExt as _;
    let word = std::ffi::OsStr::from_bytes(b"ap-\xff");
    let output = call_any_api().args(CALL).arg("--region").arg(word).output().unwrap();
    let (code, _, stderr) = output_text(&output);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("is not UTF-8"), "{stderr}");
}
