/// What repeating a call could do, when nobody knows whether it took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Idempotency {
    /// Nothing: the action only reads.
    ReadOnly,
    /// Nothing: the request carries a `ClientToken`, by which the service recognises the
    /// repetition and answers with what the first one did.
    ClientToken,
    /// Its effect a second time: a second purchase, say.
    NotIdempotent,
}

/// First words of actions that only read. `Describle` is how some actions of `dayu` spell it.
///
/// Not among them: `Check` and `Verify`, which can use up a one-time code, start a job or charge
/// for every call; `Download`, `Export`, `Fetch` and `Pull`, which can prepare a file or move on
/// in a queue.
const READS: [&str; 9] =
    ["Describe", "Describle", "List", "Get", "Inquiry", "Inquire", "Query", "Search", "Count"];

/// Ends of names that begin like a read but start a job or open an upload.
const STARTING_ENDS: [&str; 3] = ["Async", "UploadURL", "UploadUrl"];

/// Words that change something, when they follow `And` or `Or`.
const CHANGES: [&str; 16] = [
    "Add", "Bind", "Clear", "Consume", "Create", "Delete", "Disable", "Enable", "Lock", "Modify",
    "Remove", "Reset", "Send", "Set", "Start", "Update",
];

impl Idempotency {
    /// What the name of an action tells: [`ReadOnly`](Self::ReadOnly) for `DescribeInstances` and
    /// its like, [`Unsafe`](Self::NotIdempotent) in doubt.
    ///
    /// ```
    /// use tencentcloud_common::policy::retry::Idempotency;
    ///
    /// assert_eq!(Idempotency::of_action("DescribeInstances"), Idempotency::ReadOnly);
    /// assert_eq!(Idempotency::of_action("InquiryPriceRunInstances"), Idempotency::ReadOnly);
    /// assert_eq!(Idempotency::of_action("RunInstances"), Idempotency::NotIdempotent);
    /// assert_eq!(Idempotency::of_action("RunInstances").with_client_token(true), Idempotency::ClientToken);
    /// ```
    pub fn of_action(name: &str) -> Self {
        let reads = READS.iter().any(|word| begins_with_word(name, word));
        let issues = name.starts_with("Get") && name.ends_with("Token");
        let starts = STARTING_ENDS.iter().any(|end| name.ends_with(end));
        let changes_too = ["And", "Or"].iter().any(|joint| {
            name.match_indices(joint).any(|(at, _)| {
                let rest = name.get(at + joint.len()..).unwrap_or_default();
                CHANGES.iter().any(|word| begins_with_word(rest, word))
            })
        });
        if reads && !issues && !starts && !changes_too {
            Self::ReadOnly
        } else {
            Self::NotIdempotent
        }
    }

    /// The same for a request that carries a `ClientToken`, or does not.
    pub fn with_client_token(self, has_token: bool) -> Self {
        match self {
            Self::NotIdempotent if has_token => Self::ClientToken,
            idempotency => idempotency,
        }
    }

    /// Whether the call may be repeated without knowing if it took effect.
    pub fn is_idempotent(self) -> bool {
        matches!(self, Self::ReadOnly | Self::ClientToken)
    }
}

/// Whether `word` stands at the beginning and ends there: `List` in `ListUsers`, not in
/// `ListenTopic`.
fn begins_with_word(name: &str, word: &str) -> bool {
    name.strip_prefix(word).is_some_and(|rest| {
        rest.bytes().next().is_none_or(|next| next.is_ascii_uppercase() || next.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names that exist, but for those marked.
    #[test]
    fn only_actions_that_surely_read_are_read_only() {
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
            "GetSetupOrder", // made up: `Or` inside of a word
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
            // They start a job, open an upload, or hand out something new each time.
            "DescribeAigcFaceInfoAsync",
            "GetSkillPackageUploadURL",
            "DescribeFileUploadURL",
            "GetFaceIdToken",
            "GetFederationToken",
            // Some use up a code or charge for each call; a name cannot tell which.
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
    fn a_token_makes_a_write_repeatable_and_leaves_a_read_alone() {
        assert_eq!(Idempotency::NotIdempotent.with_client_token(true), Idempotency::ClientToken);
        assert_eq!(Idempotency::NotIdempotent.with_client_token(false), Idempotency::NotIdempotent);
        assert_eq!(Idempotency::ReadOnly.with_client_token(true), Idempotency::ReadOnly);
        assert!(Idempotency::ReadOnly.is_idempotent() && Idempotency::ClientToken.is_idempotent());
        assert!(!Idempotency::NotIdempotent.is_idempotent());
    }
}
