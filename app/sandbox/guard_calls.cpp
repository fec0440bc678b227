// seccomp, by way of libseccomp: all calls are allowed but these.
#include <fcntl.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <string>

#include "app/sandbox/sandbox_parts.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr std::array kStarts = {"execve", "execveat", "connect"};  // programs, the network
constexpr std::array kDenied = {"ptrace",
                                "process_vm_readv",
                                "process_vm_writev",
                                "pidfd_getfd",     // other processes of the same user
                                "io_uring_setup",  // calls that no filter sees
                                "truncate",
                                "chmod",
                                "fchmodat",
                                "fchmodat2",
                                "chown",
                                "lchown",
                                "fchownat",  // of files, what Landlock lets pass
                                "setxattr",
                                "lsetxattr",
                                "removexattr",
                                "lremovexattr",
                                "openat2"};

// Conditions on the n-th argument of a call, from 0.
scmp_arg_cmp is_not(unsigned n, uint64_t value) { return {n, SCMP_CMP_NE, value, 0}; }
scmp_arg_cmp has_bits(unsigned n, uint64_t mask, uint64_t bits) { return {n, SCMP_CMP_MASKED_EQ, mask, bits}; }

class Filter {
 public:
  Filter() : context_(seccomp_init(SCMP_ACT_ALLOW), seccomp_release) { check(context_ == nullptr ? -ENOMEM : 0); }

  // Where all conditions hold; a call that this kernel's headers do not know is left out.
  void deny(const char* call, std::initializer_list<scmp_arg_cmp> conditions = {}) {
    const int number = seccomp_syscall_resolve_name(call);
    if (number == __NR_SCMP_ERROR) return;
    check(seccomp_rule_add_array(context_.get(), SCMP_ACT_ERRNO(EPERM), number,
                                 static_cast<unsigned>(conditions.size()), conditions.begin()));
  }

  void load() {
    check(seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_TSYNC, 1));
    // Before Linux 5.16 a filter would slow down all arithmetic (a guard against Spectre 4). Older kernels know no such
    // wish.
    seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_SSB, 1);
    check(seccomp_load(context_.get()));
  }

 private:
  static void check(int result) {
    if (result < 0)
      throw Error(std::string("the kernel: expected a seccomp filter, got: ") + std::strerror(-result) +
                  "; --no-sandbox does without");
  }

  std::unique_ptr<void, void (*)(scmp_filter_ctx)> context_;
};

bool kernel_has_filters() {
  const uint32_t action = SECCOMP_RET_ERRNO;
  return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

void deny_sockets(Filter& filter, bool may_serve) {
  if (!may_serve) return filter.deny("socket");
  filter.deny("socket", {is_not(0, AF_INET)});
  filter.deny("socket", {is_not(1, SOCK_STREAM | SOCK_CLOEXEC)});
  filter.deny("socket", {is_not(2, 0)});
  // Sending would connect.
  filter.deny("sendto", {has_bits(3, MSG_FASTOPEN, MSG_FASTOPEN)});
  filter.deny("sendmsg", {has_bits(2, MSG_FASTOPEN, MSG_FASTOPEN)});
  filter.deny("sendmmsg", {has_bits(3, MSG_FASTOPEN, MSG_FASTOPEN)});
}

}  // namespace

bool guard_calls(const SandboxRules& rules) {
  if (!kernel_has_filters()) return false;
  Filter filter;
  for (const char* call : kDenied) filter.deny(call);
  if (!rules.may_start_programs) {
    for (const char* call : kStarts) filter.deny(call);
    deny_sockets(filter, rules.may_serve);
  }
  // Landlock's first versions take it for reading.
  filter.deny("open", {has_bits(1, O_TRUNC | O_ACCMODE, O_TRUNC | O_RDONLY)});
  filter.deny("openat", {has_bits(2, O_TRUNC | O_ACCMODE, O_TRUNC | O_RDONLY)});
  // What seems to be typed at the terminal would be run by the shell; the kernel looks at 32 bits.
  for (const uint64_t request : {TIOCSTI, TIOCLINUX}) filter.deny("ioctl", {has_bits(1, 0xffffffff, request)});
  filter.load();
  return true;
}

}  // namespace pawprint
