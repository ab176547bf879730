//! Folders of the workspace.

use std::path::{Path, PathBuf};

/// Workspace: a folder that contains `api-specs/`, `crates/` and the other packages.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Creates a workspace from its root folder.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Returns the workspace that contains the current folder, or else the workspace that this
    /// program was built in.
    pub fn current() -> Self {
        let folder = std::env::current_dir().unwrap_or_default();
        let root = folder.ancestors().find(|folder| folder.join("xtask/launch").is_dir());
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self::new(root.or(package.parent()).unwrap_or(package))
    }

    /// Returns the root folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the folder of the committed specifications.
    pub fn api_specs(&self) -> PathBuf {
        self.root.join("api-specs")
    }

    /// Returns the folder of the specifications for the generator's golden test.
    pub fn golden_specs(&self) -> PathBuf {
        self.root.join("codegen/golden/specs")
    }
}
