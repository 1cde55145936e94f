//! Enums of which users write the variants as words. One list gives the enum, its words with their descriptions,
//! the function from word to variant and the one back, so that none of them can lack a word.

/// Defines an enum of which users write the variants as words, each variant with its word and what it means:
///
/// ```text
/// words! {
///     /// σ of the output layer.
///     #[derive(Clone, Copy)]
///     pub enum Output {
///         Linear = "linear", "the linear output itself";
///         Sigmoid = "sigmoid", "1/(1 + e^−z)";
///     }
/// }
/// ```
///
/// A word that is added is a variant that is added: every match that forgets it is a compile error.
macro_rules! words {
    ($(#[$of_enum:meta])* $vis:vis enum $name:ident {
        $($(#[$of_variant:meta])* $variant:ident = $word:literal, $doc:literal;)+
    }) => {
        $(#[$of_enum])*
        $vis enum $name {
            $(#[doc = $doc] $(#[$of_variant])* $variant,)+
        }

        #[allow(dead_code, reason = "not every list of words is both shown and read")]
        impl $name {
            /// Every variant, in the order in which messages and pages list them.
            pub const ALL: [$name; [$($word),+].len()] = [$($name::$variant),+];

            /// The words of all variants, with what they mean.
            pub const WORDS: &'static [$crate::words::Word] =
                &[$($crate::words::word($word, $doc)),+];

            /// Returns the word of the variant.
            pub const fn name(self) -> &'static str {
                match self {
                    $($name::$variant => $word,)+
                }
            }

            /// Returns the variant of a word; none of a word that is not in the list.
            pub fn of(word: &str) -> Option<$name> {
                match word {
                    $($word => Some($name::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

pub(crate) use words;

/// One word of a list.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    /// The word in the sweep file.
    pub name: &'static str,
    /// A description.
    pub doc: &'static str,
}

/// Returns a word with its description.
pub const fn word(name: &'static str, doc: &'static str) -> Word {
    Word { name, doc }
}
