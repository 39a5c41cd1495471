//! `completions` and `man`: made from the command line itself, so that they never lag behind.

use anyhow::bail;
use clap::{Command, CommandFactory as _};
use clap_complete::Shell;
use sparsam::report::Lang;

use super::args::Cli;
use super::{Exit, german, output};

pub(super) fn completions(shell: Shell, lang: Lang) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(lang), "sparsam", &mut script);
    output::print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Good)
}

pub(super) fn man(name: Option<&str>, lang: Lang) -> anyhow::Result<Exit> {
    let mut root = command(lang);
    root.build();
    let page = match name {
        None => root,
        Some(name) => match root.find_subcommand(name) {
            Some(found) => found.clone(),
            None => bail!("there is no command `{}`", output::plain(name)),
        },
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text)?;
    output::print(&String::from_utf8_lossy(&text))?;
    Ok(Exit::Good)
}

fn command(lang: Lang) -> Command {
    german::in_language(Cli::command(), lang)
}
