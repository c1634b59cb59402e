//! A hostile machine: preloaded into a program (`LD_PRELOAD`), it stands before those functions of libc by
//! which anything of the program reaches the disk, the network or another thread, or the time reaches it.
//!
//! The directory that `CORDBOARD_SHIM` names says what the machine does, and may say otherwise at any time:
//!
//! ~~~text
//! kill-at   N        the program is killed at the N-th such call since the file is there, before it is done
//! errno     N        nothing can be written to a file: the call fails with this error
//! space     BYTES    so much is left on the disk, as far as anybody asks
//! clock     SECONDS  the clock on the wall is so much ahead, or behind
//! ~~~
//!
//! Between two of these calls nothing leaves the program, so a death there is the death at the next one.

use std::{
    ffi::{CStr, c_char, c_int, c_void},
    ptr,
    sync::{
        OnceLock,
        atomic::{AtomicI64, Ordering},
    },
};

use libc::{clockid_t, iovec, msghdr, off_t, size_t, sockaddr, socklen_t, ssize_t, timespec};

/// Defines functions in front of libc's: the same arguments go to the system call that does the work, once
/// the machine has let it pass.
macro_rules! stand_before {
    ($(fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty = $pass:ident, $call:ident($($sent:expr),*);)*) => {$(
        /// # Safety
        /// As of the function of libc that bears this name.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name($($argument: $type),*) -> $result {
            if !$pass(FIRST!($($argument),*)) {
                return -1;
            }
            // SAFETY: the arguments are those that the caller vouches for, in the system call's order.
            unsafe { libc::syscall(libc::$call, $($sent),*) as $result }
        }
    )*};
}

macro_rules! FIRST {
    ($first:expr $(, $rest:expr)*) => {
        $first
    };
}

stand_before! {
    fn write(file: c_int, bytes: *const c_void, length: size_t) -> ssize_t
        = written, SYS_write(file, bytes, length);
    fn writev(file: c_int, parts: *const iovec, count: c_int) -> ssize_t
        = written, SYS_writev(file, parts, count);
    fn pwrite(file: c_int, bytes: *const c_void, length: size_t, at: off_t) -> ssize_t
        = written, SYS_pwrite64(file, bytes, length, at);
    fn pwrite64(file: c_int, bytes: *const c_void, length: size_t, at: off_t) -> ssize_t
        = written, SYS_pwrite64(file, bytes, length, at);
    fn ftruncate(file: c_int, length: off_t) -> c_int = written, SYS_ftruncate(file, length);
    fn ftruncate64(file: c_int, length: off_t) -> c_int = written, SYS_ftruncate(file, length);
    fn fsync(file: c_int) -> c_int = written, SYS_fsync(file);
    fn fdatasync(file: c_int) -> c_int = written, SYS_fdatasync(file);

    fn connect(socket: c_int, address: *const sockaddr, length: socklen_t) -> c_int
        = reached, SYS_connect(socket, address, length);
    fn send(socket: c_int, bytes: *const c_void, length: size_t, flags: c_int) -> ssize_t
        = reached, SYS_sendto(socket, bytes, length, flags, ptr::null::<sockaddr>(), 0_usize);
    fn sendto(socket: c_int, bytes: *const c_void, length: size_t, flags: c_int, to: *const sockaddr, size: socklen_t) -> ssize_t
        = reached, SYS_sendto(socket, bytes, length, flags, to, size);
    fn sendmsg(socket: c_int, message: *const msghdr, flags: c_int) -> ssize_t
        = reached, SYS_sendmsg(socket, message, flags);
    fn recv(socket: c_int, bytes: *mut c_void, length: size_t, flags: c_int) -> ssize_t
        = reached, SYS_recvfrom(socket, bytes, length, flags, ptr::null_mut::<sockaddr>(), 0_usize);
}

/// # Safety
/// As of the function of libc that bears this name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_gettime(clock: clockid_t, now: *mut timespec) -> c_int {
    // SAFETY: `now` is the caller's to write to.
    let result = unsafe { libc::syscall(libc::SYS_clock_gettime, clock, now) as c_int };
    if result == 0 && clock == libc::CLOCK_REALTIME {
        // SAFETY: the call has succeeded, so it has written there.
        unsafe { (*now).tv_sec += told(c"clock").unwrap_or(0) };
    }
    result
}

/// # Safety
/// As of the function of libc that bears this name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn statfs64(path: *const c_char, disk: *mut libc::statfs64) -> c_int {
    // SAFETY: `path` ends in a zero, and `disk` is the caller's to write to.
    let result = unsafe { libc::syscall(libc::SYS_statfs, path, disk) as c_int };
    if let (0, Some(bytes)) = (result, told(c"space")) {
        // SAFETY: the call has succeeded, so it has written there.
        unsafe { (*disk).f_bavail = (bytes / (*disk).f_bsize) as libc::fsblkcnt_t };
    }
    result
}

/// Whether a call may do what it does to a file.
fn written(file: c_int) -> bool {
    live_or_die();
    let Some(errno) = told(c"errno").filter(|_| is_regular(file)) else { return true };
    // SAFETY: every thread has its own `errno`, and libc gives its address.
    unsafe { *libc::__errno_location() = errno as c_int };
    false
}

/// Whether a call may do what it does to a socket.
fn reached(_socket: c_int) -> bool {
    live_or_die();
    true
}

fn live_or_die() {
    static CALLS: AtomicI64 = AtomicI64::new(0);
    let Some(last) = told(c"kill-at") else { return };
    if CALLS.fetch_add(1, Ordering::SeqCst) + 1 == last {
        // SAFETY: takes two numbers. Nothing of the program runs after it.
        unsafe { libc::kill(libc::getpid(), libc::SIGKILL) };
    }
}

/// A pipe or the handle that wakes a thread is no file on a disk.
fn is_regular(file: c_int) -> bool {
    // SAFETY: a `stat` of zeros is one.
    let mut stat: libc::stat = unsafe { std::mem::zeroed() };
    // SAFETY: `stat` is ours, and an unknown file is answered with an error.
    let known = unsafe { libc::fstat(file, &raw mut stat) } == 0;
    known && stat.st_mode & libc::S_IFMT == libc::S_IFREG
}

/// The number in a file of the directory, if there is one.
fn told(name: &CStr) -> Option<i64> {
    let mut text = [0_u8; 24];
    // SAFETY: the name ends in a zero, the buffer is ours and as long as said; `open`, `read` and `close`
    // are not among the functions above, so nothing comes back here.
    let length = unsafe {
        let file = libc::openat(directory()?, name.as_ptr(), libc::O_RDONLY | libc::O_CLOEXEC);
        if file < 0 {
            return None;
        }
        let length = libc::read(file, text.as_mut_ptr().cast(), text.len());
        libc::close(file);
        length
    };
    let text = text.get(..usize::try_from(length).ok()?)?;
    std::str::from_utf8(text).ok()?.trim().parse().ok()
}

fn directory() -> Option<c_int> {
    static DIRECTORY: OnceLock<Option<c_int>> = OnceLock::new();
    *DIRECTORY.get_or_init(|| {
        // SAFETY: the name ends in a zero, and nobody changes the environment this early.
        let path = unsafe { libc::getenv(c"CORDBOARD_SHIM".as_ptr()) };
        if path.is_null() {
            return None;
        }
        // SAFETY: the environment's texts end in a zero.
        let directory =
            unsafe { libc::open(path, libc::O_PATH | libc::O_DIRECTORY | libc::O_CLOEXEC) };
        (directory >= 0).then_some(directory)
    })
}
