use std::fmt;
use std::sync::Arc;

/// A source of environment variables: those of the process, or others, for example in a test.
#[derive(Clone)]
pub struct Environment(Arc<GetFn>);

type GetFn = dyn Fn(&str) -> Option<String> + Send + Sync;

impl Environment {
    /// Creates a source of the variables of the process. They are not cached.
    #[allow(
        clippy::disallowed_methods,
        reason = "the only place that reads the variables of the process"
    )]
    pub fn process() -> Self {
        Self::from_fn(|name| std::env::var(name).ok())
    }

    /// Creates a source from a function that returns the value of a variable.
    pub fn from_fn(get: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(get))
    }

    /// Returns the value of a variable; `None` if it is unset, empty or not valid Unicode.
    pub fn get(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }
}

impl fmt::Debug for Environment {
    /// Contains no variables, because some are secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Environment")
    }
}
