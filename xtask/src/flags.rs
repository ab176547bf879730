//! The arguments of the program.

#![allow(missing_docs, reason = "the macro below writes the types, and says in them what is what")]

use std::path::PathBuf;

xflags::xflags! {
    /// Maintains this workspace: services, generated crates, checks. Run it from the root of the
    /// repository.
    cmd xtask {
        /// Adds services: their specifications, their crates, and every list of services.
        cmd add {
            /// Write stand-alone crates to `DIR/tencentcloud-SERVICE`, for use outside of this
            /// workspace, which stays as it is.
            optional --out dir: PathBuf
            /// With `--out`: the folder of `tencentcloud-common` that the crates depend on; without
            /// it they depend on the published version.
            optional --common-path dir: PathBuf
            /// A wheel of the upstream package, or the folder of an unpacked one, in place of a
            /// download.
            optional --from path: PathBuf
            /// SERVICE, for all versions of its API, or SERVICE@VERSION, such as `tke@2018-05-25`.
            repeated service: String
        }
        /// Removes services, or single versions of them, with all that `add` has written.
        cmd remove {
            /// SERVICE or SERVICE@VERSION.
            repeated service: String
        }
        /// Updates the specifications in `api-specs/` from the upstream package. `generate` then
        /// updates the crates.
        cmd sync {
            /// Take this version of the upstream package, and pin it in `api-specs/upstream.toml`.
            optional --upstream version: String
            /// A wheel of the upstream package, or the folder of an unpacked one, in place of a
            /// download.
            optional --from path: PathBuf
            /// Take a package that is not the one pinned in `api-specs/upstream.toml`.
            optional --unpinned
            /// SERVICE, for its committed versions (all if it is not committed), or SERVICE@VERSION;
            /// without any, all that is committed.
            repeated service: String
        }
        /// Writes the service crates, and what else is made from `api-specs/`.
        cmd generate {
            /// Write nothing; say which files would change, and exit 1 if any would.
            optional --check
            /// The services whose crates are written; all if none is named.
            repeated service: String
        }
        /// Checks the generator, the models and the signatures against the upstream package and the
        /// official Python SDK.
        cmd conformance {
            /// A wheel of the upstream package, or the folder of an unpacked one, in place of a
            /// download.
            optional --from path: PathBuf
            /// `generator`, `examples`, `signatures` or `endpoint`; all if none is named.
            repeated part: String
        }
        /// Measures what the largest service crate and a program with one call cost to compile, and
        /// counts crates. Takes minutes.
        cmd budget {}
        /// Makes read-only calls to the real cloud, if TENCENTCLOUD_SECRET_ID and
        /// TENCENTCLOUD_SECRET_KEY are set.
        cmd live-smoke {}
    }
}
