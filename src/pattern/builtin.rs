/// All files of `patterns/` as (path below it with `/`, content), sorted by path.
pub const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/builtin.rs"));
