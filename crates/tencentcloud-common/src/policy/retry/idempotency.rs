/// Whether a call can be repeated safely if the service may have executed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Idempotency {
    /// The action only reads, or the call is a [dry run](crate::Call::dry_run).
    ReadOnly,
    /// The request contains a `ClientToken`, by which the service recognizes a repeated request and
    /// returns the result of the first one.
    ClientToken,
    /// Repeating the call could execute it twice, for example purchase a second instance.
    NotIdempotent,
}

/// The first words of actions that only read. Some actions of `dayu` use the spelling `Describle`.
///
/// The list does not contain `Check` and `Verify`, which can use up a one-time code, start a job or
/// charge for every call, nor `Download`, `Export`, `Fetch` and `Pull`, which can prepare a file or
/// consume from a queue.
const READ_WORDS: [&str; 9] =
    ["Describe", "Describle", "List", "Get", "Inquiry", "Inquire", "Query", "Search", "Count"];

/// The suffixes of actions that have the name of a read but start a job or open an upload.
const WRITE_SUFFIXES: [&str; 3] = ["Async", "UploadURL", "UploadUrl"];

/// The words of actions that write, after `And` or `Or`.
const WRITE_WORDS: [&str; 16] = [
    "Add", "Bind", "Clear", "Consume", "Create", "Delete", "Disable", "Enable", "Lock", "Modify",
    "Remove", "Reset", "Send", "Set", "Start", "Update",
];

impl Idempotency {
    /// Derives the idempotency from the name of an action: [`ReadOnly`](Self::ReadOnly) for names
    /// such as `DescribeInstances`, otherwise [`NotIdempotent`](Self::NotIdempotent).
    ///
    /// ```
    /// use tencentcloud_common::policy::retry::Idempotency;
    ///
    /// assert_eq!(Idempotency::of_action("DescribeInstances"), Idempotency::ReadOnly);
    /// assert_eq!(Idempotency::of_action("InquiryPriceRunInstances"), Idempotency::ReadOnly);
    /// assert_eq!(Idempotency::of_action("RunInstances"), Idempotency::NotIdempotent);
    ///
    /// let with_token = Idempotency::of_action("RunInstances").with_client_token(true);
    /// assert_eq!(with_token, Idempotency::ClientToken);
    /// ```
    pub fn of_action(name: &str) -> Self {
        let reads = READ_WORDS.iter().any(|word| starts_with_word(name, word));
        let issues_token = name.starts_with("Get") && name.ends_with("Token");
        let starts_job = WRITE_SUFFIXES.iter().any(|suffix| name.ends_with(suffix));
        let also_writes = ["And", "Or"].iter().any(|joint| {
            name.match_indices(joint).any(|(at, _)| {
                let rest = name.get(at + joint.len()..).unwrap_or_default();
                WRITE_WORDS.iter().any(|word| starts_with_word(rest, word))
            })
        });
        if reads && !issues_token && !starts_job && !also_writes {
            Self::ReadOnly
        } else {
            Self::NotIdempotent
        }
    }

    /// Returns the idempotency of a request with or without a `ClientToken`.
    pub fn with_client_token(self, has_token: bool) -> Self {
        match self {
            Self::NotIdempotent if has_token => Self::ClientToken,
            idempotency => idempotency,
        }
    }

    /// Returns whether the call can be repeated safely if it may have been executed.
    pub fn is_idempotent(self) -> bool {
        matches!(self, Self::ReadOnly | Self::ClientToken)
    }
}

/// Whether `word` is the first word of `name`: `List` in `ListUsers`, but not in `ListenTopic`.
fn starts_with_word(name: &str, word: &str) -> bool {
    name.strip_prefix(word).is_some_and(|rest| {
        rest.bytes().next().is_none_or(|next| next.is_ascii_uppercase() || next.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All names exist, except those that are marked.
    #[test]
    fn only_definite_reads_are_read_only() {
        let reads = [
            "DescribeInstances",
            "DescribeCcnPolicyBasedRoutingNextHop",
            "DescribeResetInstanceBlueprints",
            "DescribeCreateMySQLResult",
            "DescribeDeleteCertificatesTaskResult",
            "DescribeAsyncJobs",
            "DescribeInstanceToken",
            "Describe5GInstances",
            "DescribleL4Rules",
            "Get400Cdr",
            "GetCcnRegionBandwidthLimits",
            "GetSnapOverview",
            "GetTokenCount",
            "GetSetupOrder", // made up: `Or` within a word
            "InquiryPriceCreateDisks",
            "InquiryPriceTerminateInstances",
            "InquirePriceRenewRemoteDisks",
            "ListAsyncEvents",
            "Query",
            "QueryAsyncBindVpcStatus",
            "SearchLog",
            "CountOpsInstanceState",
        ];
        for name in reads {
            assert_eq!(Idempotency::of_action(name), Idempotency::ReadOnly, "{name}");
        }
        let rest = [
            "RunInstances",
            "CreateDisks",
            "TerminateDisks",
            "SwitchParameterCreateRemoteDisks",
            "AuditCrossBorderCompliance",
            // They start a job, open an upload or issue a new token each time.
            "DescribeAigcFaceInfoAsync",
            "GetSkillPackageUploadURL",
            "DescribeFileUploadURL",
            "GetFaceIdToken",
            "GetFederationToken",
            // Some use up a code or charge for each call; the name does not show which.
            "CheckVcode",
            "CheckBankCard4EVerification",
            "CheckClusterNatFwPreAccess",
            "CheckNetDetectState",
            "VerifySmsCode",
            "DownloadVpnGatewaySslClientCert",
            // Made up.
            "GetMessageAndDelete",
            "GetOrCreateBucket",
            "DescribeUsersAndResetPasswords",
            "ListenTopic",
            "Gettysburg",
            "Describer",
            "Queryable",
            "describeInstances",
            "List_Users",
            "Listé",
            "",
        ];
        for name in rest {
            assert_eq!(Idempotency::of_action(name), Idempotency::NotIdempotent, "{name}");
        }
    }

    #[test]
    fn client_token_makes_a_write_idempotent_and_keeps_a_read() {
        assert_eq!(Idempotency::NotIdempotent.with_client_token(true), Idempotency::ClientToken);
        assert_eq!(Idempotency::NotIdempotent.with_client_token(false), Idempotency::NotIdempotent);
        assert_eq!(Idempotency::ReadOnly.with_client_token(true), Idempotency::ReadOnly);
        assert!(Idempotency::ReadOnly.is_idempotent() && Idempotency::ClientToken.is_idempotent());
        assert!(!Idempotency::NotIdempotent.is_idempotent());
    }
}
