use super::is_secret;

/// The secrets in the specifications of the services that have a crate.
const SECRETS: &str = "
    CustomerGatewayConfiguration InstanceVncUrl Password PreShareKey PrivateKey SamlToken
    SslClientConfigsSet SslVpnClientConfiguration SslVpnKey UserData
";

/// Names in the same specifications that look like those of secrets.
const HARMLESS: &str = "
    AuthSource AuthTime AuthType Authenticated AuthorizationLetter BgpAsn BgpConfig BgpEnable
    BmcUser CertBeginTime CertEndTime CertStatus ClientToken Code DefaultLoginPort
    DefaultLoginUser DesignatedZone DesignatedZoneInfo DesignatedZoneName DesignatedZoneType
    EnableBGP EnableBGPCommunity HaVipAssociationSet IsBgp IsListAuthorizedEndPointService
    IsPassService IssuingAuthority KeepImageLogin Key KeyId KeyIds KeyName KeyPair KeyPairSet
    KmsKeyId LatestOperationErrorCode LocalBgp LocalBgpAsn LocalBgpIp LoginSettings Metadata
    NextToken OrderAuthTime PostCode PropoAuthenAlgorithm PublicIpAssigned PublicKey RemoteBgpAsn
    RemoteBgpIp ReturnFailCode SamlData SecurityGroupAssociationStatisticsSet SslVpnCert
    SslVpnRootCert UniformSocialCreditCode UserAccountID UserGroupIds UserName UserUin Username
    VpcEndPointServiceUserSet VpcEndpointServiceUserSet
";

/// The names in the specifications of all other services that are redacted. Some are numbers or
/// settings whose names do not show it, such as `PasswordFree`.
const OTHER_SECRETS: &str = "
    AKSKCredentialConfig APIKey APIKeys APISecretKey AccessKey AccessKeyAlarmList
    AccessKeyAuthConfig AccessKeyEscrowEnabled AccessKeyList AccessKeyRemark AccessKeyRiskList
    AccessKeySecret AccessKeys AccessToken AccessTokenExpiresIn AccountPassword AdminAccessKey
    AdminPassword AdminSecretKey AesKey AgentCredentialExist AgentCredentialVO AgentSecret
    AirflowGitCredential AllowAccessCredential AmeKey AndroidAppKey AndroidAppSecret ApiAppKey
    ApiAppSecret ApiKey ApiKeys ApiToken ApiTokens AppKey AppSKey AppSecret AppSecretKey Appkey
    ApplicationToken AuthBackKey AuthCode AuthKey AuthSecret AuthToken AuthTokenValue AuthTokens
    Authorization AuthorizedUrl AutoAuthorization AutoGeneratePassword AutoManageAccessCredential
    AutoSecretKey BIToken BackupAuthKey BackupSecretKey BasicCredentialConfig BasicToken
    BearerToken BearerTokenCredentialConfig BgpPassword BindToken BizToken BotAppKey BotSecret
    BotToken BoundConsumerSecretKeys BoundKubeconfig BoundModelSecretKeys BoundPassword
    BoundPrivateKey CAMCredentialConfig CallbackAesKey CallbackKey CallbackToken CcToken CertKey
    CertificateKey CertificatePrivateKey ChannelSecret ChorusToken CkDefaultUserPwd
    ClientCredentials ClientKey ClientSecret ClientTokens ConnectorKey ConsoleDefaultPwd Cookie
    CookieConfig CookieHash CosKey CosSecretKey CosSecurityToken CosTocken CosToken Credential
    CredentialConfig CredentialContent CredentialData CredentialEffectScope CredentialList
    CredentialSecret CredentialState CredentialUrl Credentials CreditOrToken CsrKeyPassword
    CsrkeyPassword CustomHeaderCredentialConfig DataAuthorization DataKey DbPwd DeadlockSignature
    DecryptKey DecryptionKey DefinedPsk DeleteBoundApiKeys DevicePrivateKey DevicePsk DeviceSecret
    DeviceSignature DeviceSignatures DeviceToken Dk DomainValidateAuthKey DorisUserPwd DvAuthKey
    ESPassword ESUserPasswd EidToken EmbeddingApiKey EnablePasswordRotation EnableToken EncryptKey
    EncryptPassword EncryptPrivateKey EncryptedKey EncryptedKeyMaterial EncryptedPassword
    EncryptionSignature EsIndexPassword FaceIdToken FilePassword FileToken ForcePasswordChange
    ForceResetPassWord ForwardKey GitPassword GitPasswordSecret GitSecret GitTokenOrPassword
    GitUserNameSecret GmEncPrivateKey GmPrivateKey GrafanaInitPassword GrafanaPassword
    GroupPassword GuildSignature GuildSignatureAfter HasPwd IMAdminUserSig IOSAppKey IOSAppSecret
    IgnoreSetCookie ImagePullSecret ImageRegistryCredentials ImageRegistryPassword ImageSecret
    ImportKeyMaterial ImportToken IncludeCredentials InitialPassword InstanceToken
    InterTokenLatencyAvg InterTokenLatencyMedian InterTokenLatencyP99 IntrospectionClientSecret
    IsOpenPasswordComplexity IsPasswordEncrypted IssueNewBotSessionCookie JWTCredentialConfig
    JWTSecret KafkaSaslPassword KeyContent KeyParamValue KeyPass KeyPassword KeyPasswordCustomFlag
    KibanaToken KmsSignature Kubeconfig KuberneteNativeSecret LibrarySecret LicenseKey
    LifecycleActionToken LoginCookie LoginPassword LoraAppKey LoraNwkKey MFAToken MainPassword
    ManageKubeconfig MasterAuthKey MasterUserPassword MaxAccessCredentialDuration Md5PemDecryptKey
    MetaDataPass MidasSignature MiniAppTestPwd MiniProgramAppKey MiniProgramAppSecret MissPassword
    MllmTokens ModelSignature ModifyPassword MongoUserPassword MpApplicationKey NFCToken
    NeedAuthorization NeedResetPassword NewCreditOrToken NewKey NewPassword NoSecret NotifyKey
    NwkSKey OAuthCredentialConfig OCRToken OIDCCredentialConfig OldAccessToken OldPassword OldPwd
    OpenKey OperateCredential OriginCredential OriginalPassword ParamToken PartnerSecret PassWord
    PassWords Passphrase Passwd PasswdUsedDay PasswdUsedHour PasswordEncrypt
    PasswordEncryptTypeEnum PasswordExpirationInvalidation PasswordExpired PasswordFlag
    PasswordFree PasswordLockDays PasswordNew PasswordRotation PasswordTypeLists PasswordValue
    PasswordWarnDays PeerRegistryToken Pem PemDecryptKey PinCode PlainKey PlainText Plaintext
    PlatformAppAuthorization PlayKey PlayToken PreAuthorization PrimaryKey PrivateKeyPassword
    PrivateMapKey ProductKey ProductSecret ProviderKey Psk PublicEncryptKey PullSecret PushSecret
    PushSecretKey PushUserSig Pwd QueryParamCredentialConfig RandomPassword RecordUserSig
    RedisPassword RefreshTokenExpiresIn RegisterCode RegisterCodeValue RenewKeyPass
    ResetPassWordTip ResultToken RetryPasswordLimit ReusePasswordLimit RoleSignature
    RoleSignatureAfter RoleToken RoleTokens S3SecretKey SASLPassword SCIMCredentials SK
    SaslPassword SecondaryKey Secret SecretAccessKey SecretBinary SecretKey SecretKeyModelScopes
    SecretKeyRef SecretKeys SecretString SecretValue Secrets SelfSmsAppKey SendPassword
    SesTopicPasswd SessionKey SessionToken SharePassword ShopPassword SignKey SignToken Signature
    SignatureValue SignatureVersion SingleUserMultiToken SkipValidatePassword SplitTokens
    SrcSecretKey Stoken StreamKey StreamToken StringToken SubMerchantKey SubMerchantPrivateKey
    SubPassword SupportNewToken SupportToken SyncPwd TPNSAndroidSecretKey TPNSiOSSecretKey
    TXEncryptionToken TargetPassword ThoughtSignature TmpSecretKey TmpToken Token TokenBalance
    TokenBucketMaxNum TokenBucketRate TokenCode TokenDisplayProtection TokenEndpoint
    TokenEndpointAuthMethod TokenExpiration TokenExpired TokenExpiredLimitSec TokenHeader
    TokenList TokenLocation TokenNum TokenPlanSet TokenStat TokenSummary TokenThroughput
    TokenTrend TokenURL TokenUrl TokenValidation Tokens TrafficToken TrtcUserSig U2FToken
    UrlPassword UseToken UserDataSourceEnum UserNameAndPwd UserSig UserToken
    ValidatePasswordDictionary VerificationCode VerifyCode VodSessionKey WeChatAccessToken
    WeakPassword WeakPasswordHighLevel WeakPasswordRisk WeakPasswordTotal WebConsolePassword
    WebIdentityToken WebhookKey WebhookToken WechatRefreshToken WecomAgentSecret XCosSecurityToken
";

/// Names in the specifications of all other services that look like those of secrets.
const OTHER_HARMLESS: &str = "
    APIKeySet AccessId AccessKeyAlarmCount AccessKeyCreateTime AccessKeyID AccessKeyIDList
    AccessKeyId AccessKeyIds AccessKeyStatus AccessKeyType AgentCredentialID AgentCredentialIDs
    ApiKeyId ApiKeySet ApplicationAuthorizationInfo AuthMode AuthorizationDeadline
    AuthorizationEnable AuthorizationEndTime AuthorizationEndpoint AuthorizationFlows
    AuthorizationId AuthorizationIds AuthorizationInfoId AuthorizationInfoList
    AuthorizationInfoSet AuthorizationMethod AuthorizationMethods AuthorizationName
    AuthorizationNote AuthorizationOrgResourceList AuthorizationPolicy AuthorizationPolicyLimit
    AuthorizationStartTime AuthorizationStatus AuthorizationStatusList AuthorizationTerm
    AuthorizationTime AuthorizationType AuthorizationTypes AuthorizationUrl
    AuthorizationUserGroupResourceList AuthorizationUserResourceList AvgFirstTokenTime
    AvgTotalTokenTime BeginStreamingTokenId ByPass Bypass CacheInputTokens CacheReadInputTokens
    CacheToken CacheTotalToken CachedTokens CamCredentialName CertId Certificate
    CertificatePublicKey CntPerPass CompletionTokens ConsolePassUpdateTime ContinueToken
    CookieName CookieNames CookieTimeout CosSecretId CreationToken CredentialAuthKeyId
    CredentialGenerateType CredentialID CredentialId CredentialInformationObtainCount
    CredentialName CredentialStatus CredentialType DataKeyId DataKeyName DataKeys
    DatabasePrimaryKey DeleteOrganizationAuthorizationInfos DisplayPasswdUpdateTime EncryptKeyId
    EncryptionPublicKey ErrorCode FirstTokenCost FirstTokenCostMs FirstTokenLatency
    HealthCheckMaxTokens IdempotencyToken IdentityKey ImageAuthorizationNum
    IncludeInheritedAuthorizations InputToken InputTokenUsage InputTokens InputTokensAbove
    InputTotalToken InstanceKey InvoiceCode IsPrimaryKey KeyOrigin KeyRegion KeyType KeyUsage Keys
    LLMFirstTokenLatency LLMTokenUsage LabelKey LastStreamingTokenId LoginCookieValid Mask
    MaskedKey MaxCompletionTokens MaxContextTokens MaxInputToken MaxInputTokens
    MaxInputTokensDescription MaxOutputToken MaxOutputTokens MaxOutputTokensDescription
    MaxPromptTokens MaxTokenLength MaxTokens Md5Pem MinTokenLength MinTokens ModifyPasswordTime
    MsgKey NextPageToken ObjectKey OldPasswordExpireTime OrganizationAuthorizationOptions
    OutputToken OutputTokenUsage OutputTokens OutputTotalToken PageToken PaginationToken PassTime
    PasswdUpdateTime PasswordChangeTime PasswordChangeType PasswordDueTime PasswordId PasswordIds
    PasswordLastModifiedTime PasswordLength PasswordPolicy PasswordStatus PasswordType
    PasswordUpdateTime PrimaryKeys PromptTokens PromptTokensDetails PublicKeyId PublicKeyPem
    PwdNeedReset PwdUpdateStrategy RSAPublicKey ReasoningTokens RegisterCodeId RegisterCodeIds
    RegisterCodeSet Risk RoutingKey SSHKeyId SSHKeyName ScrollToken SearchKey SecretID SecretId
    SecretInfo SecretKeyCount SecretKeyId SecretKeyIds SecretKeyName SecretName SecretNames
    SecretRegion SecretType SignatureAlgorithm SignatureId SignatureIds SignatureTypes
    SignatureValid SortKey SplitTokenUsage TagKey TagKeys Task ThoughtTokens TimePerOutputTokenAvg
    TimePerOutputTokenMedian TimePerOutputTokenP99 TimePerOutputTokenP99Ms TimeToFirstTokenAvg
    TimeToFirstTokenMedian TimeToFirstTokenP99 TimeToFirstTokenP99Ms TmpSecretId TokenCount
    TokenId TokenLengthRoute TokenLengthRouteConfig TokenLimit TokenLimitConfig TokenLimitStatus
    TokenTime TokenTimeout TokenType TokenUsage TokenUsageList TokenValidTime Tokenizer TopKeys
    TotalCachedReadInputTokens TotalInputTokens TotalOutputTokens TotalToken TotalTokenCount
    TotalTokenLatency TotalTokenUsage TotalTokens UrlSignatureAuthPolicy UserDataType
    ValidatePasswordLength ValidatePasswordMixedCaseCount ValidatePasswordNumberCount
    ValidatePasswordPolicy ValidatePasswordSpecialCharCount WeakPasswordCount ZoneCode
";

/// Headers, and names in other systems.
const HEADERS: [&str; 9] = [
    "Authorization",
    "authorization",
    "Proxy-Authorization",
    "X-TC-Token",
    "X-Api-Key",
    "Cookie",
    "Set-Cookie",
    "secret_key",
    "client_secret",
];

#[test]
fn real_names_are_redacted_or_not() {
    for name in [SECRETS, OTHER_SECRETS].iter().flat_map(|names| names.split_whitespace()) {
        assert!(is_secret(name), "{name}");
    }
    for name in [HARMLESS, OTHER_HARMLESS].iter().flat_map(|names| names.split_whitespace()) {
        assert!(!is_secret(name), "{name}");
    }
    for name in HEADERS {
        assert!(is_secret(name), "{name}");
    }
    for name in ["X-TC-Action", "X-TC-Timestamp", "X-TC-TraceId", "Content-Type", "", "-"] {
        assert!(!is_secret(name), "{name}");
    }
}

#[test]
fn an_index_does_not_change_what_a_name_is() {
    for (name, expected) in [
        ("Password[0]", true),
        ("ApiKeys[12]", true),
        ("Secrets[0]", true),
        ("KeyIds[0]", false),
        ("AccessKeyIds[0]", false),
        ("[0]", false),
    ] {
        assert_eq!(is_secret(name), expected, "{name}");
    }
}

#[test]
fn words_are_normalized_and_not_covered_by_others() {
    use super::{
        HARMLESS_SUFFIXES, HARMLESS_TOKENS, KEY_SUFFIXES, MODEL_WORDS, SECRET_NAMES,
        SECRET_SUFFIXES, SECRET_WORDS,
    };
    let lists: [&[&str]; 7] = [
        &SECRET_WORDS,
        &SECRET_SUFFIXES,
        &KEY_SUFFIXES,
        &SECRET_NAMES,
        &HARMLESS_SUFFIXES,
        &HARMLESS_TOKENS,
        &MODEL_WORDS,
    ];
    for word in lists.iter().copied().flatten() {
        assert!(word.bytes().all(|byte| byte.is_ascii_lowercase()), "{word}");
    }
    // Another rule already covers a word that is in two lists.
    for word in SECRET_SUFFIXES.iter().chain(&KEY_SUFFIXES).chain(&SECRET_NAMES) {
        assert!(!SECRET_WORDS.iter().any(|other| word.contains(other)), "{word}");
    }
}
