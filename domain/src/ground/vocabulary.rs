//! Closed vocabularies: enums in which every variant has one wire spelling, used in JSON, columns
//! and logs.

/// Declares an enum whose variants have exactly one wire spelling.
///
/// Provides `ALL`, `as_str`, `parse` (exact spelling only), `Display`, serde support, and a named
/// schema with the `openapi` feature. Declare alternative spellings with `#[serde(alias = "…")]` on
/// the variant.
#[macro_export]
macro_rules! vocabulary {
    ($(#[doc = $doc:literal])+ pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $wire:literal,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $wire)] $variant,)+ }

        impl $name {
            /// Every value of the vocabulary, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The wire spelling.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $wire,)+ }
            }

            /// The value with exactly this wire spelling.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($wire => Some(Self::$variant),)+ _ => None }
            }
        }

        // Written by hand because the derive cannot see the spellings: they reach it as opaque
        // macro fragments.
        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::SchemaType::new(utoipa::openapi::schema::Type::String))
                    .description(Some([$($doc),+].map(str::trim).join(" ")))
                    .enum_values(Some([$($wire),+]))
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
