//! What is known of the examples of one version of the upstream package. It is checked against
//! that version only: of another one, nobody has looked at the examples yet.

/// The version of the upstream package.
pub(crate) const UPSTREAM: &str = "3.1.189.1";

/// How many examples there are, and how many pass strictly, on one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) strict: usize,
    pub(crate) all: usize,
}

/// What is expected of the examples of one version of a service.
pub(crate) struct Expected {
    pub(crate) service: &'static str,
    pub(crate) version: &'static str,
    /// The counts that must not get worse.
    pub(crate) requests: Count,
    pub(crate) responses: Count,
    /// Examples that not even a lenient reading takes, and why: action, reason. One that reads
    /// after all fails the run, so that the list stays true.
    pub(crate) excluded: &'static [(&'static str, &'static str)],
}

/// The services whose examples a person has looked at.
pub(crate) const EXPECTED: [Expected; 3] = [
    Expected {
        service: "cbs",
        version: "2017-03-12",
        requests: Count { strict: 49, all: 50 },
        responses: Count { strict: 70, all: 70 },
        excluded: &[("ModifyDiskExtraPerformance", "the request is two JSON documents")],
    },
    Expected {
        service: "cvm",
        version: "2017-03-12",
        requests: Count { strict: 121, all: 122 },
        responses: Count { strict: 123, all: 123 },
        excluded: &[],
    },
    Expected {
        service: "vpc",
        version: "2017-03-12",
        requests: Count { strict: 273, all: 282 },
        responses: Count { strict: 517, all: 520 },
        excluded: &[],
    },
];
