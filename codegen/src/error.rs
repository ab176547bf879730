use std::fmt;

/// Error in a specification, with its location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Location of the error.
    pub location: Box<Location>,
    /// What is wrong.
    pub kind: ErrorKind,
}

/// Location in the specification of one service version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location {
    /// Directory of the service, such as `cvm`; empty if unknown.
    pub service: String,
    /// API version, such as `2017-03-12`; empty if unknown.
    pub version: String,
    /// Action, if the error is in one.
    pub action: Option<String>,
    /// Object, if the error is in one.
    pub object: Option<String>,
    /// Member of that object, if the error is in one.
    pub member: Option<String>,
    /// Kind of the supplement, such as `values`, if the error is in one and not in the
    /// specification.
    pub supplement: Option<&'static str>,
    /// Set of known values, if the error is in one.
    pub set: Option<String>,
    /// Waiter, if the error is in one.
    pub waiter: Option<String>,
}

/// Kind of an [`Error`].
///
/// Most kinds do not occur in any known version of any service. If one occurs, a person must decide
/// what to generate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ErrorKind {
    /// Text that does not have the format of a specification.
    #[error(
        "invalid specification: {0}; if the format has changed, update `codegen/src/spec` and \
         `codegen/src/upstream.rs`"
    )]
    Malformed(String),
    /// File whose version differs from the version in its path.
    #[error(
        "the file declares version `{0}`, which differs from the version in its path: move the \
         file or correct the version"
    )]
    VersionMismatch(String),
    /// Specification of another service among the versions of a service.
    #[error("unexpected service: expected a version of `{0}`; generate one service at a time")]
    ServiceMismatch(String),
    /// Name of a service that cannot be part of a crate name.
    #[error(
        "invalid service name `{0}`: expected lower-case ASCII letters and digits, starting with \
         a letter"
    )]
    InvalidService(String),
    /// Version that is not a date.
    #[error("invalid version `{0}`: expected `YYYY-MM-DD`, such as `2017-03-12`")]
    InvalidVersion(String),
    /// Name of an action, object or member that cannot become a Rust name.
    #[error("invalid name `{0}`: expected ASCII letters and digits, starting with a letter")]
    InvalidName(String),
    /// Two specifications of the same version.
    #[error("duplicate version: remove one of the two specifications")]
    DuplicateVersion,
    /// Service without a specification.
    #[error("the service has no specification: add one with `cargo xtask add SERVICE`")]
    NoVersions,
    /// Reference to an object that does not exist.
    #[error("unknown object `{0}`: expected an object of the same specification")]
    UnknownObject(String),
    /// Object that no action uses.
    #[error("unused object: expected an action to refer to it, directly or through other objects")]
    UnusedObject,
    /// Request or response object that two actions share.
    #[error(
        "the object `{object}` already belongs to the action `{other}`: expected separate request \
         and response objects for each action"
    )]
    SharedObject {
        /// The object.
        object: String,
        /// The action that uses it first.
        other: String,
    },
    /// Request or response object that is not named after its action.
    #[error("unexpected name `{found}` of the {role} object: expected `{expected}`")]
    UnexpectedObjectName {
        /// `request` or `response`.
        role: &'static str,
        /// Name in the specification.
        found: String,
        /// Expected name.
        expected: String,
    },
    /// Object whose declared kind differs from its use.
    #[error("the object is declared as a {declared}, but used as a {used}")]
    KindMismatch {
        /// Declared kind.
        declared: &'static str,
        /// Kind that matches its use.
        used: &'static str,
    },
    /// Request or response object that is the type of a member.
    #[error("invalid type `{0}`: the request or response of an action cannot be a member")]
    RootAsMember(String),
    /// Two members with the same name in one object.
    #[error("duplicate member: an object can have only one member of this name")]
    DuplicateMember,
    /// Response without a request id.
    #[error("missing member `RequestId`: expected a string member of this name in each response")]
    MissingRequestId,
    /// Object with the name of a scalar type.
    #[error("reserved object name: a scalar type has the same name")]
    ReservedObjectName,
    /// Two names that differ only in letter case.
    #[error("the name differs from `{0}` only in letter case")]
    CaseConflict(String),
    /// Type that the generator does not know.
    #[error("unknown type `{kind}`/`{element}`: add it to `codegen/src/model/types.rs`")]
    UnknownType {
        /// `type` of the member.
        kind: String,
        /// `member` of the member.
        element: String,
    },
    /// Two API names that become the same Rust name.
    #[error("`{first}` and `{second}` have the same Rust name `{name}`")]
    NameCollision {
        /// First API name.
        first: String,
        /// Second API name.
        second: String,
        /// Rust name.
        name: String,
    },
    /// Action whose method would replace a method that every client has.
    #[error("reserved method name `{0}`: every client has a method of this name")]
    ReservedMethod(String),
    /// Supplement that does not have the expected format.
    #[error("invalid file: {0}")]
    MalformedSupplement(String),
    /// Error code that cannot become the name of a constant.
    #[error(
        "invalid error code `{0}`: expected ASCII letters, digits, dots and underscores, starting \
         with a letter"
    )]
    InvalidErrorCode(String),
    /// Error code of an action that is not in the list of codes.
    #[error("unknown error code `{0}`: add it to `[codes]`, or remove it from the action")]
    UnknownErrorCode(String),
    /// Description that is not one line of text.
    #[error("invalid description of the error code `{0}`: expected one line of text")]
    InvalidDescription(String),
    /// Text of a supplement that is not one line.
    #[error("invalid text {0:?}: expected one line without spaces around it")]
    InvalidText(String),
    /// Reference to a member that does not have the form of one.
    #[error("invalid member `{0}`: expected `OBJECT.MEMBER`, such as `Instance.State`")]
    InvalidMemberPath(String),
    /// Reference to a member that the object does not have.
    #[error("unknown member: expected a member of the object; correct the name or remove it")]
    UnknownMember,
    /// Name of a set that cannot be the name of a module.
    #[error(
        "invalid name of a set: expected lower-case ASCII letters, digits and `_`, starting with a \
         letter, such as `instance_state`"
    )]
    InvalidSetName,
    /// Set without members or values.
    #[error("the set has no {0}: add one or remove the set")]
    EmptySet(&'static str),
    /// Member in two sets.
    #[error("the member is also in the set `{0}`: expected each member in one set")]
    MemberInTwoSets(String),
    /// Member whose type has no known values.
    #[error("the member is {0}: expected a string, an integer, or a list of one of them")]
    UnsuitableMember(&'static str),
    /// Members of different types in one set.
    #[error("the member `{member}` is {found}, but the first of the set is {other}: use two sets")]
    MixedSet {
        /// The member.
        member: String,
        /// Type of the member.
        found: &'static str,
        /// Type of the first member of the set.
        other: &'static str,
    },
    /// Value whose type differs from the type of the members.
    #[error("the value `{value}` is {found}, but each member of the set is {expected}")]
    ValueTypeMismatch {
        /// The value.
        value: String,
        /// Type of the value.
        found: &'static str,
        /// Type of the members.
        expected: &'static str,
    },
    /// Value that cannot become the name of a constant.
    #[error(
        "no name for the constant of the value `{0}`: expected `NAME = {{ value = …, doc = … }}` \
         with a name of upper-case ASCII letters, digits and `_` that starts with a letter"
    )]
    InvalidConstant(String),
    /// Value twice in one set.
    #[error("`{first}` and `{second}` have the same value `{value}`: remove one of them")]
    DuplicateValue {
        /// First constant.
        first: String,
        /// Second constant.
        second: String,
        /// The value.
        value: String,
    },
    /// Replacement of something that is not deprecated.
    #[error("not deprecated: expected a deprecated member or action; remove its replacement")]
    NotDeprecated,
    /// Replacement that does not exist or is deprecated as well.
    #[error("invalid replacement `{0}`: expected another {1} that is not deprecated")]
    InvalidReplacement(String, &'static str),
    /// Reference to an action that the specification does not have.
    #[error(
        "unknown action: expected an action of the specification; correct the name or remove it"
    )]
    UnknownAction,
    /// Waiter whose name cannot be part of the name of a method.
    #[error(
        "invalid name of a waiter: expected lower-case ASCII letters, digits and `_`, starting \
         with a letter, such as `instance_running`"
    )]
    InvalidWaiterName,
    /// Member that a waiter uses for something that its type does not allow.
    #[error("the member is {found}: expected {expected} as `{key}`")]
    UnsuitableWaiterMember {
        /// Key of the waiter.
        key: &'static str,
        /// Type of the member.
        found: String,
        /// Types that the key allows.
        expected: &'static str,
    },
    /// Key of a waiter that requires another one.
    #[error("`{0}` requires `{1}`: add it, or remove `{0}`")]
    MissingWaiterKey(&'static str, &'static str),
    /// Waiter that never ends successfully.
    #[error("the waiter never succeeds: add states to `success`, or add `absent = \"success\"`")]
    NoSuccess,
    /// State twice in a waiter.
    #[error("duplicate state `{0}`: a state can be in `success` or in `failure`, and only once")]
    DuplicateState(String),
    /// State that the member cannot have.
    #[error("invalid state `{state}`: the member `{member}` is {found}")]
    UnsuitableState {
        /// The state.
        state: String,
        /// Member for the state.
        member: String,
        /// Type of the member.
        found: String,
    },
    /// Number of a waiter that is out of range.
    #[error("invalid `{key}` {value}: expected a number from {min} to {max}")]
    InvalidWaiterNumber {
        /// Key of the waiter.
        key: &'static str,
        /// The number.
        value: u64,
        /// Smallest valid number.
        min: u64,
        /// Largest valid number.
        max: u64,
    },
    /// Member of a request that a waiter sets twice.
    #[error("the waiter sets the member twice: use it for one of `ids`, `limit` and `parameters`")]
    MemberSetTwice,
    /// Required member of a request that a waiter does not set.
    #[error("the waiter does not set the member, which is required: add it to `parameters`")]
    RequiredMemberNotSet,
    /// Bug in the generator: its output is not valid Rust.
    #[error("the generated code is not valid Rust: {0}; this is a bug in `codegen`")]
    InvalidRust(String),
}

impl Location {
    /// Returns the location of a whole service version.
    pub fn version(service: &str, version: &str) -> Self {
        Self { service: service.to_owned(), version: version.to_owned(), ..Self::default() }
    }

    /// Returns the location of an action of the same version.
    #[must_use]
    pub fn action(&self, action: &str) -> Self {
        let (supplement, waiter) = (self.supplement, self.waiter.clone());
        let version = Self::version(&self.service, &self.version);
        Self { action: Some(action.to_owned()), supplement, waiter, ..version }
    }

    /// Returns the location of an object of the same version.
    #[must_use]
    pub fn object(&self, object: &str) -> Self {
        let (supplement, set) = (self.supplement, self.set.clone());
        let (waiter, version) = (self.waiter.clone(), Self::version(&self.service, &self.version));
        Self { object: Some(object.to_owned()), supplement, set, waiter, ..version }
    }

    /// Returns the location of a member of the same object.
    #[must_use]
    pub fn member(&self, member: &str) -> Self {
        Self { member: Some(member.to_owned()), ..self.clone() }
    }

    /// Returns the location of a supplement of the same version, such as `values`.
    #[must_use]
    pub fn supplement(&self, kind: &'static str) -> Self {
        Self { supplement: Some(kind), ..Self::version(&self.service, &self.version) }
    }

    /// Returns the location of a set of known values in the same supplement.
    #[must_use]
    pub fn set(&self, set: &str) -> Self {
        Self { set: Some(set.to_owned()), ..self.clone() }
    }

    /// Returns the location of a waiter in the same supplement.
    #[must_use]
    pub fn waiter(&self, waiter: &str) -> Self {
        Self { waiter: Some(waiter.to_owned()), ..self.clone() }
    }

    /// Returns an error at this location.
    pub fn error(self, kind: ErrorKind) -> Error {
        Error { location: Box::new(self), kind }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.service)?;
        if !self.version.is_empty() {
            write!(f, " {}", self.version)?;
        }
        if let Some(kind) = self.supplement {
            write!(f, ".{kind}.toml")?;
        }
        let parts = [
            ("set", &self.set),
            ("waiter", &self.waiter),
            ("action", &self.action),
            ("object", &self.object),
            ("member", &self.member),
        ];
        for (kind, name) in parts {
            if let Some(name) = name {
                write!(f, ", {kind} `{name}`")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.location.service.is_empty() {
            return self.kind.fmt(f);
        }
        write!(f, "{}: {}", self.location, self.kind)
    }
}

impl std::error::Error for Error {}
