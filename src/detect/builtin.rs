/// What the expressions of the built-in rules wait for, see [`super::prepared`].
pub(super) const TRIGGERS: &str = include_str!(concat!(env!("OUT_DIR"), "/triggers.tsv"));
