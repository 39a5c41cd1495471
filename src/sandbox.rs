//! A process that reads hostile files and needs little: no network, no other programs, few files.
//!
//! On Linux, Landlock bounds which files can be opened and seccomp which system calls can be made;
//! both hold for all threads started afterwards and cannot be lifted again. Elsewhere, and where the
//! kernel has neither, the process runs as it is, and [`enter`] says so.

use std::path::Path;

/// Shuts the process in: `read` may be read, `write` read and written, nothing else be opened; no
/// sockets, no other programs. Paths that do not exist are left out.
///
/// Call it before other threads are started. Answers what holds from now on, for reports:
/// `landlock, seccomp`, one of them, or `none`; `landlock (partly)` on kernels that know less.
pub fn enter(read: &[&Path], write: &[&Path]) -> String {
    #[cfg(target_os = "linux")]
    {
        let mut held = Vec::new();
        held.extend(linux::bound_files(read, write));
        if linux::bound_calls() {
            held.push("seccomp");
        }
        if !held.is_empty() {
            return held.join(", ");
        }
    }
    let _ = (read, write);
    "none".to_owned()
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::BTreeMap;
    use std::path::Path;

    use landlock::{
        ABI, AccessFs, AccessNet, BitFlags, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError,
        RulesetStatus, Scope, path_beneath_rules,
    };
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch};

    /// What this program was written against; older kernels enforce what they know of it.
    const KNOWN: ABI = ABI::V6;

    pub(super) fn bound_files(read: &[&Path], write: &[&Path]) -> Option<&'static str> {
        match landlock(read, write) {
            Ok(RulesetStatus::FullyEnforced) => Some("landlock"),
            Ok(RulesetStatus::PartiallyEnforced) => Some("landlock (partly)"),
            Ok(RulesetStatus::NotEnforced) | Err(_) => None,
        }
    }

    fn landlock(read: &[&Path], write: &[&Path]) -> Result<RulesetStatus, RulesetError> {
        let reading = AccessFs::ReadFile | AccessFs::ReadDir;
        let writing = reading
            | AccessFs::WriteFile
            | AccessFs::Truncate
            | AccessFs::MakeReg
            | AccessFs::MakeDir
            | AccessFs::RemoveFile
            | AccessFs::RemoveDir
            | AccessFs::Refer;
        let rules = |paths: &[&Path], access: BitFlags<AccessFs>| {
            path_beneath_rules(paths.to_vec(), access).collect::<Vec<_>>()
        };
        let status = Ruleset::default()
            .handle_access(landlock::Access::from_all(KNOWN) as BitFlags<AccessFs>)?
            .handle_access(landlock::Access::from_all(KNOWN) as BitFlags<AccessNet>)?
            .scope(Scope::AbstractUnixSocket | Scope::Signal)?
            .create()?
            .add_rules(rules(read, reading))?
            .add_rules(rules(write, writing))?
            .restrict_self()?;
        Ok(status.ruleset)
    }

    /// System calls that this program never makes: other programs, networks, other processes, and
    /// ways around the filter.
    const REFUSED: &[libc::c_long] = &[
        libc::SYS_socket,
        libc::SYS_socketpair,
        libc::SYS_connect,
        libc::SYS_bind,
        libc::SYS_listen,
        libc::SYS_accept,
        libc::SYS_accept4,
        libc::SYS_sendto,
        libc::SYS_sendmsg,
        libc::SYS_sendmmsg,
        libc::SYS_execve,
        libc::SYS_execveat,
        libc::SYS_ptrace,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_pidfd_getfd,
        libc::SYS_io_uring_setup,
        libc::SYS_bpf,
        libc::SYS_perf_event_open,
        libc::SYS_userfaultfd,
        libc::SYS_unshare,
        libc::SYS_setns,
        libc::SYS_mount,
        libc::SYS_pivot_root,
        libc::SYS_chroot,
        libc::SYS_add_key,
        libc::SYS_keyctl,
        libc::SYS_request_key,
    ];

    pub(super) fn bound_calls() -> bool {
        let target = if cfg!(target_arch = "x86_64") {
            TargetArch::x86_64
        } else if cfg!(target_arch = "aarch64") {
            TargetArch::aarch64
        } else {
            return false;
        };
        let mut rules: BTreeMap<i64, _> = REFUSED.iter().map(|call| (*call, Vec::new())).collect();
        if cfg!(target_arch = "x86_64") {
            // The same calls in the x32 numbering; exec has a number of its own there.
            const X32: i64 = 0x4000_0000;
            rules.extend(REFUSED.iter().map(|call| (X32 | *call, Vec::new())));
            rules.extend([(X32 | 520, Vec::new()), (X32 | 545, Vec::new())]);
        }
        let refuse = SeccompAction::Errno(libc::EPERM as u32);
        let filter = SeccompFilter::new(rules, SeccompAction::Allow, refuse, target);
        let Some(program) = filter.ok().and_then(|filter| BpfProgram::try_from(filter).ok()) else {
            return false;
        };
        seccompiler::apply_filter_all_threads(&program).is_ok()
    }
}
