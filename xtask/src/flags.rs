//! The arguments of the program.

#![allow(missing_docs, reason = "the macro below writes the types, and says in them what is what")]

use std::path::PathBuf;

xflags::xflags! {
    /// The chores of this workspace.
    cmd xtask {
        /// Takes the facts about services from the upstream package into `api-specs/`.
        cmd sync {
            /// A wheel of the upstream package, or the folder of an unpacked one, in place of a
            /// download.
            optional --from path: PathBuf
            /// Take a package that is not the one pinned in `api-specs/upstream.toml`.
            optional --unpinned
            /// The services by their directory in the package; those committed if none is named.
            repeated service: String
        }
        /// Writes the service crates, and what else is made from `api-specs/`.
        cmd generate {
            /// Write nothing; say which files would change, and exit 1 if any would.
            optional --check
            /// The services whose crates are written; all if none is named.
            repeated service: String
        }
        /// Holds the generator, the models and the signatures against the upstream package and the
        /// official Python SDK.
        cmd conformance {
            /// A wheel of the upstream package, or the folder of an unpacked one, in place of a
            /// download.
            optional --from path: PathBuf
        }
        /// Measures what the largest service crate and a program with one call cost to compile, and
        /// counts crates. Takes minutes.
        cmd budget {}
        /// Makes read-only calls to the real cloud, if TENCENTCLOUD_SECRET_ID and
        /// TENCENTCLOUD_SECRET_KEY are set.
        cmd live-smoke {}
    }
}
