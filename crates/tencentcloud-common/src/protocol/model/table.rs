use super::Field;

/// What is known of a struct besides its values: the names the API uses.
#[derive(Debug)]
pub struct Table {
    /// The name of the object in the API specification, such as `DescribeInstancesRequest`.
    pub name: &'static str,
    /// The names of the members on the wire, in the order of [`Model::fields`].
    pub members: &'static [&'static str],
    /// The members that a request must set; a subset of `members`.
    pub required: &'static [&'static str],
}

/// A struct of the API: a request, a response, or a part of one.
///
/// Name it as a bound, and read and write such structs with [`json`](super::json). Generated code
/// implements it; its methods are not for programs, and change without notice.
///
/// The trait can be used as `dyn Model`, so that the code that reads and writes JSON is compiled
/// once and not per struct.
pub trait Model: Send + Sync {
    /// The names of this struct and its members.
    #[doc(hidden)]
    fn table(&self) -> &'static Table;

    /// Hands the members to `visit`, in table order.
    #[doc(hidden)]
    fn fields(&self, visit: &mut dyn Visit);

    /// Hands the members to `visit` for writing, in table order.
    #[doc(hidden)]
    fn fields_mut(&mut self, visit: &mut dyn VisitMut);

    /// How many bytes the struct takes, apart from what its lists and strings point to.
    #[doc(hidden)]
    fn size(&self) -> usize {
        size_of_val(self)
    }
}

/// What looks at the members of a [`Model`]; any closure that takes them does.
///
/// A trait and not `dyn FnMut`: with the two lifetimes of `FnMut(&[&dyn Field])` in the signature
/// of every struct, a service crate takes a quarter longer to check.
pub trait Visit {
    /// Looks at the members.
    fn visit(&mut self, fields: &[&dyn Field]);
}

impl<F: FnMut(&[&dyn Field])> Visit for F {
    fn visit(&mut self, fields: &[&dyn Field]) {
        self(fields);
    }
}

/// What changes the members of a [`Model`]; any closure that takes them does.
pub trait VisitMut {
    /// Changes the members.
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

/// For generated code, and not covered by the promise of stable versions: makes a plain struct a
/// [`Model`](crate::protocol::model::Model): one line per member, the name of the
/// API before the name of the field.
///
/// Members that a request must set are repeated behind `required`. The macro also gives the struct
/// `Debug` (secrets are hidden, unset members left out), `PartialEq` and, with the `serde` feature,
/// `Serialize` and `Deserialize`.
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

/// What the code that [`table!`](crate::table) emits under the `serde` feature calls.
#[cfg(feature = "serde")]
pub mod serde_impls {
    use super::Model;
    use crate::protocol::model::json::Leniency;
    use crate::protocol::model::{read, write};

    pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// Writes the set members in the spelling of the API.
    ///
    /// # Errors
    ///
    /// Those of the serializer, and one for a float that is not finite.
    pub fn serialize<S: Serializer>(model: &dyn Model, serializer: S) -> Result<S::Ok, S::Error> {
        write::Object { model, path: &crate::protocol::model::path::Path::default() }
            .serialize(serializer)
    }

    /// Reads a model leniently, as responses are read.
    ///
    /// # Errors
    ///
    /// Those of the deserializer, and one for a value of an irreconcilable type.
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
