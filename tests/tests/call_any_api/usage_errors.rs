//! Invalid command lines and their error messages.

use tencentcloud_tests::call_any_api::{call_any_api, output_text};

use super::CALL;

#[test]
fn usage_errors_name_the_reason() {
    let cases: [(&[&str], &str); 36] = [
        (&["--sse", "--octet-stream", "f"], "--sse and --octet-stream do not go together"),
        (&["--sse", "--multipart", "a=b"], "--sse and --multipart do not go together"),
        (&["--octet-stream", "f", "--multipart", "a=b"], "a request has one body"),
        (&["--skip-sign", "--sign-method", "HmacSHA1"], "nothing is signed"),
        (&["--skip-sign", "--unsigned-payload"], "nothing is signed"),
        (&["--skip-sign", "--provider", "env"], "no credential is used"),
        (&["--method", "GET", "--octet-stream", "f"], "GET has no body for the file"),
        (&["--method", "get", "--multipart", "a=b"], "GET has no body for the parts"),
        (&["--sign-method", "HmacSHA1", "--octet-stream", "f"], "TC3-HMAC-SHA256 only"),
        (&["--sign-method", "HmacSHA256", "--multipart", "a=b"], "TC3-HMAC-SHA256 only"),
        (&["--sign-method", "HmacSHA1", "--unsigned-payload"], "only TC3-HMAC-SHA256 can"),
        (&["--sign-method", "MD5"], "--sign-method: \"MD5\" is no signature method"),
        (&["--method", "PUT"], "--method: \"PUT\" is no HTTP method"),
        (&["--attempts", "0"], "--attempts: \"0\" is no number above 0"),
        (&["--attempts", "many"], "--attempts: \"many\" is no number above 0"),
        (&["--backup-endpoint", "cvm.tencentcloudapi.com"], "begins with the name of a service"),
        (
            &["--proxy", "socks4://me:pw-1234@x:1"],
            "its scheme is not http, https, socks5 or socks5h",
        ),
        (&["--endpoint", "a b"], "is no endpoint"),
        (&["--language", "fr"], "--language: \"fr\" is no language"),
        (&["--multipart", "=x"], "--multipart: a part is given as NAME=@FILE or NAME=VALUE"),
        (&["--multipart", "A=@"], "--multipart: no file stands behind A=@"),
        (&["--provider", "vault"], "--provider: \"vault\" is none: use env, profile, cvm, oidc"),
        (&["--timeout", "0"], "--timeout: \"0\" is no number of seconds above 0"),
        (&["--header", "x"], "--header: a header is given as 'Name: value'"),
        (&["--attempts=0"], "--attempts: \"0\" is no number above 0"),
        (&["--octet-stream", ""], "--octet-stream has an empty value"),
        (&["--log="], "--log has an empty value"),
        (&["--sse=yes"], "--sse takes no value"),
        (&["--prxy=http://me:pw-1234@x:1"], "there is no option --prxy\n"),
        (&["-x"], "there is no option -x"),
        (&["-", "--octet-stream", "-"], "standard input (-) can be read once only"),
        (&["--multipart=a=@-", "--multipart=b=@-"], "standard input (-) can be read once only"),
        (&[""], "the parameters are no JSON"),
        (&["--region", "a", "--region", "b"], "--region is given twice"),
        (&["--log"], "--log needs a value"),
        (&["{}", "more"], "\"more\" is one word too many"),
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
