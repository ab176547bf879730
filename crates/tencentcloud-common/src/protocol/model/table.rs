use super::Field;

/// The names that the API uses for a struct and its members.
#[derive(Debug)]
pub struct Table {
    /// The name of the object in the API specification, such as `DescribeInstancesRequest`.
    pub name: &'static str,
    /// The JSON names of the members, in the order of [`Model::fields`].
    pub members: &'static [&'static str],
    /// The members that a request must set; a subset of `members`.
    pub required: &'static [&'static str],
}

/// A struct of the API: a request, a response, or an object inside one.
///
/// Use it as a bound in generic code, and read and write models with [`json`](super::json). Only
/// generated code implements it. Its methods are hidden and may change without notice.
///
/// The trait is dyn-compatible, so that the code that reads and writes JSON is compiled once and
/// not for each struct.
pub trait Model: Send + Sync {
    /// Returns the names of this struct and its members.
    #[doc(hidden)]
    fn table(&self) -> &'static Table;

    /// Passes the members to `visit`, in table order.
    #[doc(hidden)]
    fn fields(&self, visit: &mut dyn Visit);

    /// Passes mutable references to the members to `visit`, in table order.
    #[doc(hidden)]
    fn fields_mut(&mut self, visit: &mut dyn VisitMut);

    /// Returns the size of the struct in bytes, without the heap memory of lists and strings.
    #[doc(hidden)]
    fn size(&self) -> usize {
        size_of_val(self)
    }
}

/// A visitor of the members of a [`Model`]. Closures implement it.
///
/// It is a separate trait, because `dyn FnMut(&[&dyn Field])` has two lifetimes in the signature of
/// every struct, which makes checking a service crate 25% slower.
pub trait Visit {
    /// Visits the members.
    fn visit(&mut self, fields: &[&dyn Field]);
}

impl<F: FnMut(&[&dyn Field])> Visit for F {
    fn visit(&mut self, fields: &[&dyn Field]) {
        self(fields);
    }
}

/// A visitor that may change the members of a [`Model`]. Closures implement it.
pub trait VisitMut {
    /// Visits the members.
    fn visit_mut(&mut self, fields: &mut [&mut dyn Field]);
}

impl<F: FnMut(&mut [&mut dyn Field])> VisitMut for F {
    fn visit_mut(&mut self, fields: &mut [&mut dyn Field]) {
        self(fields);
    }
}

impl<T: Model> Model for Box<T> {
    #[inline]
    fn table(&self) -> &'static Table {
        (**self).table()
    }

    #[inline]
    fn fields(&self, visit: &mut dyn Visit) {
        (**self).fields(visit);
    }

    #[inline]
    fn fields_mut(&mut self, visit: &mut dyn VisitMut) {
        (**self).fields_mut(visit);
    }

    #[inline]
    fn size(&self) -> usize {
        (**self).size()
    }
}

/// Implements [`Model`](crate::protocol::model::Model) for a plain struct. For generated code; not
/// covered by semantic versioning.
///
/// Each line has the name of a member in the API and the name of the field. Members that a request
/// must set are repeated after `required`. The macro also implements `Debug` (secrets are redacted,
/// unset members left out), `PartialEq` and, with the feature `serde`, `Serialize` and
/// `Deserialize`.
#[doc(hidden)]
#[macro_export]
macro_rules! table {
    ($name:ident { $($wire:literal : $field:ident),* $(,)? } $(required [$($required:literal),* $(,)?])?) => {
        impl $crate::protocol::model::Model for $name {
            #[inline]
            fn table(&self) -> &'static $crate::__private::Table {
                &$crate::__private::Table {
                    name: ::std::stringify!($name),
                    members: &[$($wire),*],
                    required: &[$($($required),*)?],
                }
            }

            #[inline]
            fn fields(&self, visit: &mut dyn $crate::__private::Visit) {
                visit.visit(&[$(&self.$field),*])
            }

            #[inline]
            fn fields_mut(&mut self, visit: &mut dyn $crate::__private::VisitMut) {
                visit.visit_mut(&mut [$(&mut self.$field),*])
            }
        }

        impl ::std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::__private::debug(self, f)
            }
        }

        impl ::std::cmp::PartialEq for $name {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                $crate::__private::equal(self, other)
            }
        }

        $crate::__serde_impls!($name);
    };
}

#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde_impls {
    ($name:ident) => {
        impl $crate::__private::serde_impls::Serialize for $name {
            #[inline]
            fn serialize<S: $crate::__private::serde_impls::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::__private::serde_impls::serialize(self, serializer)
            }
        }

        impl<'de> $crate::__private::serde_impls::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: $crate::__private::serde_impls::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::__private::serde_impls::deserialize(deserializer)
            }
        }
    };
}

#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde_impls {
    ($name:ident) => {};
}

/// The functions that the code of [`table!`](crate::table) calls with the feature `serde`.
#[cfg(feature = "serde")]
pub mod serde_impls {
    use super::Model;
    use crate::protocol::model::json::Leniency;
    use crate::protocol::model::{read, write};

    pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// Serializes the members that are set, with the names of the API.
    ///
    /// # Errors
    ///
    /// Those of the serializer, and an error for a float that is not finite.
    pub fn serialize<S: Serializer>(model: &dyn Model, serializer: S) -> Result<S::Ok, S::Error> {
        write::Object { model, path: &crate::protocol::model::path::Path::default() }
            .serialize(serializer)
    }

    /// Deserializes a model leniently, like a response.
    ///
    /// # Errors
    ///
    /// Those of the deserializer, and an error for a value of the wrong type.
    pub fn deserialize<'de, T: Model + Default, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        let mut model = T::default();
        let context = read::Context::unlimited(Leniency::Lenient);
        serde::de::DeserializeSeed::deserialize(
            read::ObjectSeed { model: &mut model, context: &context },
            deserializer,
        )?;
        Ok(model)
    }
}
