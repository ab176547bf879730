use super::{Binary, Model};

/// A member of a [`Model`], whatever its type.
///
/// Implemented here for every type that a member can have; there is nothing to implement outside.
pub trait Field {
    /// The value, for writing it to JSON.
    fn get(&self) -> Ref<'_>;

    /// The place of the value, for reading it from JSON.
    fn get_mut(&mut self) -> Mut<'_>;
}

/// The value of a member, borrowed.
#[derive(Clone, Copy)]
#[non_exhaustive]
#[allow(missing_docs, reason = "one variant per type of the API; the name says which")]
pub enum Ref<'a> {
    /// The member is not set and is not written.
    Unset,
    Bool(bool),
    I64(i64),
    U64(u64),
    F64(f64),
    Str(&'a str),
    Binary(&'a Binary),
    Bools(&'a [bool]),
    I64s(&'a [i64]),
    U64s(&'a [u64]),
    F64s(&'a [f64]),
    Strs(&'a [String]),
    Object(&'a dyn Model),
    Objects(&'a dyn ObjectList),
}

/// The place of a member, to be filled.
#[non_exhaustive]
#[allow(missing_docs, reason = "one variant per type of the API; the name says which")]
pub enum Mut<'a> {
    Bool(&'a mut Option<bool>),
    I64(&'a mut Option<i64>),
    U64(&'a mut Option<u64>),
    F64(&'a mut Option<f64>),
    Str(&'a mut Option<String>),
    /// A string that is always there, such as the request id of a response.
    Text(&'a mut String),
    /// The JSON text of a value of any type.
    Json(&'a mut Option<String>),
    Binary(&'a mut Option<Binary>),
    Bools(ListMut<'a, bool>),
    I64s(ListMut<'a, i64>),
    U64s(ListMut<'a, u64>),
    F64s(ListMut<'a, f64>),
    Strs(ListMut<'a, String>),
    Object(&'a mut dyn ObjectSlot),
    Objects(&'a mut dyn ObjectList),
}

impl Mut<'_> {
    /// Makes the member as it is in a new model.
    pub(crate) fn unset(self) {
        match self {
            Self::Bool(place) => *place = None,
            Self::I64(place) => *place = None,
            Self::U64(place) => *place = None,
            Self::F64(place) => *place = None,
            Self::Str(place) | Self::Json(place) => *place = None,
            Self::Text(place) => place.clear(),
            Self::Binary(place) => *place = None,
            Self::Bools(place) => place.unset(),
            Self::I64s(place) => place.unset(),
            Self::U64s(place) => place.unset(),
            Self::F64s(place) => place.unset(),
            Self::Strs(place) => place.unset(),
            Self::Object(place) => place.unset(),
            Self::Objects(place) => place.unset(),
        }
    }
}

/// The place of a list of scalars: one that can be absent (in requests) or one that is only empty
/// (in responses).
pub enum ListMut<'a, T> {
    /// Absent and empty are the same.
    Plain(&'a mut Vec<T>),
    /// Absent and empty are two things.
    Optional(&'a mut Option<Vec<T>>),
}

impl<'a, T> ListMut<'a, T> {
    /// Makes the list present and empty, and hands it out.
    pub fn open(self) -> &'a mut Vec<T> {
        match self {
            Self::Plain(list) => {
                list.clear();
                list
            }
            Self::Optional(list) => list.insert(Vec::new()),
        }
    }

    fn unset(self) {
        match self {
            Self::Plain(list) => list.clear(),
            Self::Optional(list) => *list = None,
        }
    }
}

/// The place of one object.
pub trait ObjectSlot {
    /// Puts a default object in place and hands it out.
    fn open(&mut self) -> &mut dyn Model;

    /// Takes the object away.
    fn unset(&mut self);
}

impl dyn ObjectList + '_ {
    /// The objects, in order.
    pub fn iter(&self) -> impl Iterator<Item = &dyn Model> {
        (0..self.count()).filter_map(|index| self.at(index))
    }
}

/// A list of objects.
pub trait ObjectList {
    /// How many objects there are.
    fn count(&self) -> usize;

    /// The object at `index`, counted from 0.
    fn at(&self, index: usize) -> Option<&dyn Model>;

    /// Makes the list present and empty.
    fn open(&mut self);

    /// Takes the list away; one that cannot be absent is empty.
    fn unset(&mut self);

    /// Calls `fill` with a default object, and appends it when `fill` answers `true`.
    fn push(&mut self, fill: &mut dyn FnMut(&mut dyn Model) -> bool);
}

macro_rules! scalars {
    ($($type:ty => $one:ident, $many:ident;)*) => {$(
        impl Field for Option<$type> {
            fn get(&self) -> Ref<'_> {
                self.map_or(Ref::Unset, Ref::$one)
            }

            fn get_mut(&mut self) -> Mut<'_> {
                Mut::$one(self)
            }
        }

        lists! { $type => $many; }
    )*};
}

macro_rules! lists {
    ($($type:ty => $many:ident;)*) => {$(
        impl Field for Vec<$type> {
            fn get(&self) -> Ref<'_> {
                if self.is_empty() { Ref::Unset } else { Ref::$many(self) }
            }

            fn get_mut(&mut self) -> Mut<'_> {
                Mut::$many(ListMut::Plain(self))
            }
        }

        impl Field for Option<Vec<$type>> {
            fn get(&self) -> Ref<'_> {
                self.as_deref().map_or(Ref::Unset, Ref::$many)
            }

            fn get_mut(&mut self) -> Mut<'_> {
                Mut::$many(ListMut::Optional(self))
            }
        }
    )*};
}

scalars! {
    bool => Bool, Bools;
    i64 => I64, I64s;
    u64 => U64, U64s;
    f64 => F64, F64s;
}

lists! { String => Strs; }

impl Field for Option<String> {
    fn get(&self) -> Ref<'_> {
        self.as_deref().map_or(Ref::Unset, Ref::Str)
    }

    fn get_mut(&mut self) -> Mut<'_> {
        Mut::Str(self)
    }
}

impl Field for String {
    fn get(&self) -> Ref<'_> {
        if self.is_empty() { Ref::Unset } else { Ref::Str(self) }
    }

    fn get_mut(&mut self) -> Mut<'_> {
        Mut::Text(self)
    }
}

impl Field for Option<Binary> {
    fn get(&self) -> Ref<'_> {
        self.as_ref().map_or(Ref::Unset, Ref::Binary)
    }

    fn get_mut(&mut self) -> Mut<'_> {
        Mut::Binary(self)
    }
}

// The only generic code: objects and lists of them.

impl<T: Model + Default> Field for Option<T> {
    #[inline]
    fn get(&self) -> Ref<'_> {
        match self {
            Some(object) => Ref::Object(object),
            None => Ref::Unset,
        }
    }

    #[inline]
    fn get_mut(&mut self) -> Mut<'_> {
        Mut::Object(self)
    }
}

impl<T: Model + Default> ObjectSlot for Option<T> {
    #[inline]
    fn open(&mut self) -> &mut dyn Model {
        self.insert(T::default())
    }

    #[inline]
    fn unset(&mut self) {
        *self = None;
    }
}

impl<T: Model + Default> Field for Vec<T> {
    #[inline]
    fn get(&self) -> Ref<'_> {
        if self.is_empty() { Ref::Unset } else { Ref::Objects(self) }
    }

    #[inline]
    fn get_mut(&mut self) -> Mut<'_> {
        Mut::Objects(self)
    }
}

impl<T: Model + Default> ObjectList for Vec<T> {
    #[inline]
    fn count(&self) -> usize {
        self.len()
    }

    #[inline]
    fn at(&self, index: usize) -> Option<&dyn Model> {
        match self.as_slice().get(index) {
            Some(object) => Some(object),
            None => None,
        }
    }

    #[inline]
    fn open(&mut self) {
        self.clear();
    }

    #[inline]
    fn unset(&mut self) {
        self.clear();
    }

    #[inline]
    fn push(&mut self, fill: &mut dyn FnMut(&mut dyn Model) -> bool) {
        // Filled in place: a large struct is not moved a second time.
        Self::push(self, T::default());
        if let Some(object) = self.last_mut()
            && !fill(object)
        {
            self.pop();
        }
    }
}

impl<T: Model + Default> Field for Option<Vec<T>> {
    #[inline]
    fn get(&self) -> Ref<'_> {
        match self {
            Some(objects) => Ref::Objects(objects),
            None => Ref::Unset,
        }
    }

    #[inline]
    fn get_mut(&mut self) -> Mut<'_> {
        Mut::Objects(self)
    }
}

impl<T: Model + Default> ObjectList for Option<Vec<T>> {
    #[inline]
    fn count(&self) -> usize {
        self.as_ref().map_or(0, Vec::len)
    }

    #[inline]
    fn at(&self, index: usize) -> Option<&dyn Model> {
        self.as_ref()?.at(index)
    }

    #[inline]
    fn open(&mut self) {
        *self = Some(Vec::new());
    }

    #[inline]
    fn unset(&mut self) {
        *self = None;
    }

    #[inline]
    fn push(&mut self, fill: &mut dyn FnMut(&mut dyn Model) -> bool) {
        ObjectList::push(self.get_or_insert_default(), fill);
    }
}
