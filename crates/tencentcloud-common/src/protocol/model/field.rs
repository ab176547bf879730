use super::{Binary, Model};

/// A member of a [`Model`], of any type.
///
/// It is implemented here for every type that a member can have.
pub trait Field {
    /// Returns the value, for serializing it.
    fn get(&self) -> Ref<'_>;

    /// Returns a mutable reference to the value, for deserializing it.
    fn get_mut(&mut self) -> Mut<'_>;
}

/// The value of a member, borrowed.
#[derive(Clone, Copy)]
#[non_exhaustive]
#[allow(missing_docs, reason = "one variant per type of the API, named after it")]
pub enum Ref<'a> {
    /// The member is not set and is not serialized.
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

/// A mutable reference to a member.
#[non_exhaustive]
#[allow(missing_docs, reason = "one variant per type of the API, named after it")]
pub enum Mut<'a> {
    Bool(&'a mut Option<bool>),
    I64(&'a mut Option<i64>),
    U64(&'a mut Option<u64>),
    F64(&'a mut Option<f64>),
    Str(&'a mut Option<String>),
    /// A string that is never absent, such as the request id of a response.
    Text(&'a mut String),
    /// A value of any type, as JSON text.
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
    /// Resets the member to its value in a new model.
    pub(crate) fn unset(self) {
        match self {
            Self::Bool(slot) => *slot = None,
            Self::I64(slot) => *slot = None,
            Self::U64(slot) => *slot = None,
            Self::F64(slot) => *slot = None,
            Self::Str(slot) | Self::Json(slot) => *slot = None,
            Self::Text(slot) => slot.clear(),
            Self::Binary(slot) => *slot = None,
            Self::Bools(slot) => slot.unset(),
            Self::I64s(slot) => slot.unset(),
            Self::U64s(slot) => slot.unset(),
            Self::F64s(slot) => slot.unset(),
            Self::Strs(slot) => slot.unset(),
            Self::Object(slot) => slot.unset(),
            Self::Objects(slot) => slot.unset(),
        }
    }
}

/// A mutable reference to a list of scalars. In requests a list can be absent; in responses an
/// absent list is empty.
pub enum ListMut<'a, T> {
    /// Absent and empty lists are the same.
    Plain(&'a mut Vec<T>),
    /// Absent and empty lists are different.
    Optional(&'a mut Option<Vec<T>>),
}

impl<'a, T> ListMut<'a, T> {
    /// Makes the list present and empty, and returns it.
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

/// A member that is an object.
pub trait ObjectSlot {
    /// Sets a default object and returns it.
    fn open(&mut self) -> &mut dyn Model;

    /// Removes the object.
    fn unset(&mut self);
}

impl dyn ObjectList + '_ {
    /// Returns the objects, in order.
    pub fn iter(&self) -> impl Iterator<Item = &dyn Model> {
        (0..self.count()).filter_map(|index| self.at(index))
    }
}

/// A member that is a list of objects.
pub trait ObjectList {
    /// Returns the number of objects.
    fn count(&self) -> usize;

    /// Returns the object at `index`, counted from 0.
    fn at(&self, index: usize) -> Option<&dyn Model>;

    /// Makes the list present and empty.
    fn open(&mut self);

    /// Removes the list, or clears it if it cannot be absent.
    fn unset(&mut self);

    /// Calls `fill` with a default object, and appends it if `fill` returns `true`.
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

// Only objects and lists of objects need generic code.

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
        // Filled in slot, so that a large struct is not moved twice.
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
