//! Sources of region and credential.

use std::process::Command;

use tencentcloud_tests::call_any_api::{call_any_api, output_text};
use tencentcloud_tests::scripted_server::{RecordedRequest, ScriptedServer, respond};

use crate::{CALL, sent};

#[test]
fn the_provider_option_selects_the_provider() {
    let home = tempfile::tempdir().unwrap();
    let failed = |command: &mut Command| {
        let output = command.args(CALL).args(["--endpoint", "http://127.0.0.1:9"]).output();
        let (code, stdout, stderr) = output_text(&output.unwrap());
        assert_eq!((code, stdout.as_str(), stderr.lines().count()), (Some(1), "", 1), "{stderr}");
        stderr
    };
    let program = |provider: &str| {
        let mut command = call_any_api();
        command.env("HOME", home.path()).args(["--provider", provider]);
        command
    };
    let stderr = failed(&mut program("profile"));
    assert!(stderr.contains("no credential: profile file: file not found: "), "{stderr}");
    std::fs::create_dir(home.path().join(".tencentcloud")).unwrap();
    let profile = "[default]\nsecret_id = AKIDprofile\nsecret_key = profile-key\n";
    std::fs::write(home.path().join(".tencentcloud/credentials"), profile).unwrap();
    let signed_by = |command: &mut Command| {
        let signed = sent(command, &[]).header("authorization").unwrap().to_owned();
        signed.split(['=', '/']).nth(1).unwrap().to_owned()
    };
    assert_eq!(signed_by(&mut program("profile")), "AKIDprofile");
    // The environment comes before the file.
    assert_eq!(signed_by(&mut program("default")), "AKIDexample");
    assert_eq!(signed_by(program("default").env_remove("TENCENTCLOUD_SECRET_ID")), "AKIDprofile");
    assert_eq!(signed_by(&mut program("env")), "AKIDexample");

    let stderr = failed(&mut program("oidc"));
    assert!(stderr.contains("web identity: TKE_PROVIDER_ID is not set"), "{stderr}");
    std::fs::write(home.path().join("token"), "my-identity-token\n").unwrap();
    let refused = respond("403 Forbidden", "text/plain", "no way");
    let proxy = ScriptedServer::start(vec![refused; 3]).unwrap();
    let stderr = failed(
        program("oidc")
            .env("TKE_REGION", "ap-shanghai")
            .env("TKE_PROVIDER_ID", "my-provider")
            .env("TKE_WEB_IDENTITY_TOKEN_FILE", home.path().join("token"))
            .env("TKE_ROLE_ARN", "qcs::cam::uin/100000000001:roleName/deploy")
            .env("HTTPS_PROXY", proxy.endpoint()),
    );
    assert!(stderr.contains("AssumeRoleWithWebIdentity failed: "), "{stderr}");
    assert!(stderr.contains("cannot connect to sts.tencentcloudapi.com:443"), "{stderr}");
    let line = proxy.requests()[0].line.clone();
    assert_eq!(line, "CONNECT sts.tencentcloudapi.com:443 HTTP/1.1\r\n");

    // There is no metadata service outside of the cloud. The limit allows for slow name servers.
    let stderr = failed(program("cvm").args(["--timeout", "20"]));
    let expected = ["cvm role: the metadata service", "the call took longer than 20s"];
    assert!(expected.iter().any(|text| stderr.contains(text)), "{stderr}");
}

#[test]
fn region_and_credential_have_the_usual_sources() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join(".tencentcloud")).unwrap();
    let profile = "[default]\nsecret_id = AKIDprofile\nsecret_key = profile-key\n";
    std::fs::write(home.path().join(".tencentcloud/credentials"), profile).unwrap();
    let program = || {
        let mut command = call_any_api();
        command.env("HOME", home.path());
        command
    };
    let id = |received: &RecordedRequest| {
        let signed = received.header("authorization").unwrap();
        signed.split(['=', '/']).nth(1).unwrap().to_owned()
    };
    let both = sent(program().env("TENCENTCLOUD_REGION", "ap-beijing"), &[]);
    assert_eq!((both.header("x-tc-region"), &*id(&both)), (Some("ap-beijing"), "AKIDexample"));
    let option = ["--region", "ap-tokyo"];
    let option = sent(program().env("TENCENTCLOUD_REGION", "ap-beijing"), &option);
    assert_eq!(option.header("x-tc-region"), Some("ap-tokyo"), "the option wins");
    let file = sent(
        program()
            .env("TENCENTCLOUD_REGION", "")
            .env_remove("TENCENTCLOUD_SECRET_ID")
            .env_remove("TENCENTCLOUD_SECRET_KEY"),
        &[],
    );
    assert_eq!((file.header("x-tc-region"), &*id(&file)), (None, "AKIDprofile"));
    // The value of the variable is validated like an option.
    let output = program().env("TENCENTCLOUD_REGION", "Peking!").args(CALL).output();
    let (code, _, stderr) = output_text(&output.unwrap());
    assert_eq!((code, stderr.lines().count()), (Some(1), 1), "{stderr}");
    assert!(stderr.contains("Peking!"), "{stderr}");
}
