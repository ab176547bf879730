use std::fmt;

/// Why a specification is refused: where it is wrong, and how.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct Error {
    /// Where.
    pub place: Box<Place>,
    /// What.
    pub problem: Problem,
}

/// A place in the specification of one service version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The directory of the service, such as `cvm`.
    pub service: String,
    /// The API version, such as `2017-03-12`.
    pub version: String,
    /// The action, when one is at fault.
    pub action: Option<String>,
    /// The object, when one is at fault.
    pub object: Option<String>,
    /// The member of that object, when one is at fault.
    pub member: Option<String>,
}

/// What is wrong in a specification.
///
/// Most of these never occur in any version of any service. The generator relies on that, and
/// looks: when upstream breaks one of them, a person must decide what the code should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The text cannot be read.
    #[error(
        "not what a specification holds here: {0}; if the format has changed, teach \
         `codegen/src/spec` and `codegen/src/upstream.rs` the new one"
    )]
    Malformed(String),
    /// The file says that it is of another version than its name does.
    #[error("the file says that it is version `{0}`; put it where it belongs")]
    OtherVersion(String),
    /// A service or version that cannot be a name.
    #[error("`{0}` is not a {1}")]
    BadName(String, &'static str),
    /// The same version twice.
    #[error("the version is there twice; remove one of the two")]
    VersionTwice,
    /// Nothing to generate.
    #[error("the service has no version; add one under `api-specs/` with `cargo xtask sync`")]
    NoVersion,
    /// An object that is referred to and not there.
    #[error("refers to the object `{0}`, which the specification does not hold")]
    MissingObject(String),
    /// An object that no action reaches.
    #[error("no action refers to this object, neither directly nor through another object")]
    Unreferenced,
    /// Two actions with one request or response object.
    #[error("uses `{object}`, which the action `{other}` uses as well")]
    SharedObject {
        /// The object.
        object: String,
        /// The action that uses it first.
        other: String,
    },
    /// A request or response object whose name does not follow from the action.
    #[error("the {role} object is called `{found}` and not `{expected}`")]
    UnexpectedObjectName {
        /// `request` or `response`.
        role: &'static str,
        /// The name in the specification.
        found: String,
        /// The name that was expected.
        expected: String,
    },
    /// An object that is of another kind than its use says.
    #[error("is declared as {declared} but used as {used}")]
    WrongKind {
        /// The declared kind.
        declared: &'static str,
        /// The kind that its use shows.
        used: &'static str,
    },
    /// A request or response object as a member.
    #[error("is of the type `{0}`, which is the request or response of an action")]
    RootAsMember(String),
    /// A member that is there twice.
    #[error("the object has this member twice")]
    DuplicateMember,
    /// A response without a request id.
    #[error("the response has no string member `RequestId`")]
    NoRequestId,
    /// An object named like a scalar.
    #[error("an object must not be called like a scalar type")]
    ScalarName,
    /// Two names that differ by case only.
    #[error("differs from `{0}` by case only")]
    CaseTwins(String),
    /// A type that is not known.
    #[error("has the unknown type `{kind}`/`{element}`; teach `codegen/src/model/value.rs`")]
    UnknownType {
        /// The `type` of the member.
        kind: String,
        /// The `member` of the member.
        element: String,
    },
    /// Two things that would get one name in Rust.
    #[error("`{first}` and `{second}` would both be called `{name}` in Rust")]
    NameCollision {
        /// The first one's name in the API.
        first: String,
        /// The second one's name in the API.
        second: String,
        /// The name in Rust.
        name: String,
    },
    /// An action whose method every client has already.
    #[error("would be the method `{0}`, which every client has for another purpose")]
    ReservedMethod(String),
    /// The generator's own fault: it made something that is no Rust.
    #[error("the generator wrote something that is not Rust: {0}; this is a bug in `codegen`")]
    NotRust(String),
}

impl Place {
    /// A whole version of a service.
    pub fn version(service: &str, version: &str) -> Self {
        Self { service: service.to_owned(), version: version.to_owned(), ..Self::default() }
    }

    /// An action of the same version.
    #[must_use]
    pub fn action(&self, action: &str) -> Self {
        Self { action: Some(action.to_owned()), ..Self::version(&self.service, &self.version) }
    }

    /// An object of the same version.
    #[must_use]
    pub fn object(&self, object: &str) -> Self {
        Self { object: Some(object.to_owned()), ..Self::version(&self.service, &self.version) }
    }

    /// A member of the same object.
    #[must_use]
    pub fn member(&self, member: &str) -> Self {
        Self { member: Some(member.to_owned()), ..self.clone() }
    }

    /// The error of something wrong here.
    pub fn error(self, problem: Problem) -> Error {
        Error { place: Box::new(self), problem }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.service, self.version)?;
        let parts = [("action", &self.action), ("object", &self.object), ("member", &self.member)];
        for (what, name) in parts {
            if let Some(name) = name {
                write!(f, ", {what} `{name}`")?;
            }
        }
        Ok(())
    }
}
