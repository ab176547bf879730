//! Specifications of what has no crate here, but can be tried: `ChatCompletions` of hunyuan, for its
//! stream of events, and `AssumeRoleWithWebIdentity` of sts, for being unsigned.

/// The text of each one: the parts that are understood.
pub(crate) const SPECS: [&str; 2] = [
    r#"{"service": "hunyuan", "version": "2023-09-01",
        "actions": {"ChatCompletions":
            {"input": "ChatCompletionsRequest", "output": "ChatCompletionsResponse"}},
        "objects": {
            "ChatCompletionsRequest": {"members": [
                {"name": "Model", "type": "string", "member": "string", "required": true},
                {"name": "Messages", "type": "list", "member": "Message", "required": true},
                {"name": "Stream", "type": "bool", "member": "bool"}]},
            "Message": {"members": [
                {"name": "Role", "type": "string", "member": "string", "required": true},
                {"name": "Content", "type": "string", "member": "string"}]},
            "ChatCompletionsResponse": {"members": []}}}"#,
    r#"{"service": "sts", "version": "2018-08-13",
        "actions": {"AssumeRoleWithWebIdentity":
            {"input": "AssumeRoleWithWebIdentityRequest",
             "output": "AssumeRoleWithWebIdentityResponse", "skip_sign": true}},
        "objects": {
            "AssumeRoleWithWebIdentityRequest": {"members": [
                {"name": "ProviderId", "type": "string", "member": "string", "required": true},
                {"name": "WebIdentityToken", "type": "string", "member": "string", "required": true},
                {"name": "RoleArn", "type": "string", "member": "string", "required": true},
                {"name": "RoleSessionName", "type": "string", "member": "string", "required": true},
                {"name": "DurationSeconds", "type": "int", "member": "int64"}]},
            "AssumeRoleWithWebIdentityResponse": {"members": [
                {"name": "Credentials", "type": "object", "member": "Credentials"},
                {"name": "ExpiredTime", "type": "int", "member": "int64"},
                {"name": "Expiration", "type": "string", "member": "datetime_iso"}]},
            "Credentials": {"members": [
                {"name": "Token", "type": "string", "member": "string"},
                {"name": "TmpSecretId", "type": "string", "member": "string"},
                {"name": "TmpSecretKey", "type": "string", "member": "string"}]}}}"#,
];
