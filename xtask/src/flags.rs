//! Command-line arguments.

#![allow(missing_docs, reason = "the macro writes the types, and the help texts document them")]

use std::path::PathBuf;

xflags::xflags! {
    /// Adds and removes services, generates their crates, and runs checks. Run it from the root of
    /// the repository.
    cmd xtask {
        /// Adds services: their specifications, the known values that upstream's documents list,
        /// their crates, and their entries in the lists of services.
        cmd add {
            /// Write standalone crates to `DIR/tencentcloud-SERVICE`, for use outside of this
            /// workspace. Does not change the workspace.
            optional --out dir: PathBuf
            /// With `--out`: folder of the `tencentcloud-common` that the crates depend on. Default:
            /// the published version.
            optional --common-path dir: PathBuf
            /// Wheel of the upstream package, or folder of an unpacked wheel, to use instead of a
            /// download.
            optional --from path: PathBuf
            /// Wheel of the package of the error codes, or folder of an unpacked wheel, to use instead
            /// of a download. With `--from` and without this option, error codes are not updated.
            optional --error-codes path: PathBuf
            /// SERVICE for all API versions, or SERVICE@VERSION, such as `tke@2018-05-25`.
            repeated service: String
        }
        /// Removes services or single versions, and everything that `add` wrote for them.
        cmd remove {
            /// SERVICE or SERVICE@VERSION.
            repeated service: String
        }
        /// Updates the specifications in `api-specs/` from the upstream package, and reports known
        /// values that `*.values.toml` lacks. Run `generate` afterwards to update the crates.
        cmd sync {
            /// Use this version of the upstream package, and pin it in `api-specs/upstream.toml`.
            optional --upstream version: String
            /// Wheel of the upstream package, or folder of an unpacked wheel, to use instead of a
            /// download.
            optional --from path: PathBuf
            /// Wheel of the package of the error codes, or folder of an unpacked wheel, to use instead
            /// of a download. With `--from` and without this option, error codes are not updated.
            optional --error-codes path: PathBuf
            /// Accept a package that differs from the pin in `api-specs/upstream.toml`.
            optional --unpinned
            /// SERVICE for its committed versions (all versions if none is committed), or
            /// SERVICE@VERSION. Default: all committed versions.
            repeated service: String
        }
        /// Writes the service crates and the other files that are generated from `api-specs/`.
        cmd generate {
            /// Write nothing. Print the files that would change, and exit with 1 if there are any.
            optional --check
            /// Services whose crates to write; all by default.
            repeated service: String
        }
        /// Compares the generator, the models, the signatures and `tencentcloud-local` with the
        /// upstream package and the official Python SDK.
        cmd conformance {
            /// Wheel of the upstream package, or folder of an unpacked wheel, to use instead of a
            /// download.
            optional --from path: PathBuf
            /// Write the committed tables instead of comparing them.
            optional --update
            /// `generator`, `examples`, `signatures` or `endpoint` (`tencentcloud-local`); all by
            /// default.
            repeated part: String
        }
        /// Measures the compile time of the largest service crate and of a program with one call,
        /// and counts crates. Takes several minutes.
        cmd budget {}
        /// Makes read-only calls to Tencent Cloud if TENCENTCLOUD_SECRET_ID and
        /// TENCENTCLOUD_SECRET_KEY are set.
        cmd live-smoke {}
    }
}
