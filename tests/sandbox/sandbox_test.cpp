#include "app/sandbox/sandbox.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <functional>
#include <thread>

#include "models/base/atomic_file.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

namespace fs = std::filesystem;
using testing::TemporaryFolder;

// What a call that returns -1 left in errno; 0 if it did what it should.
int error_of(long result) { return result < 0 ? errno : 0; }

int error_of_open(const fs::path& path, int flags) {
  const int fd = open(path.c_str(), flags | O_CLOEXEC, 0600);
  const int error = error_of(fd);
  if (fd >= 0) close(fd);
  return error;
}

// One after another, the numbers of the calls that did not end as expected.
struct Checks {
  std::string wrong;
  int count = 0;
  void expect(int got, int expected) {
    ++count;
    if (got != expected) wrong += "check " + std::to_string(count) + ": errno " + std::to_string(got) + "; ";
  }
};

constexpr char kNone[] = "none here";

// A process of its own goes into the sandbox and makes the calls. Returns what it has to say against it.
std::string in_sandbox(const SandboxRules& rules, bool Sandbox::*part, const std::function<void(Checks&)>& calls) {
  int ends[2];
  if (pipe(ends) != 0) return "no pipe";
  const pid_t child = fork();
  if (child == 0) {
    std::string text = kNone;
    if (enter_sandbox(rules).*part) {
      Checks checks;
      calls(checks);
      text = checks.wrong;
    }
    _exit(write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 1);
  }
  close(ends[1]);
  std::string text(4096, '\0');
  text.resize(static_cast<size_t>(std::max<ssize_t>(read(ends[0], text.data(), text.size()), 0)));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return status == 0 ? text : "ended with " + std::to_string(status) + ": " + text;
}

#define EXPECT_IN_SANDBOX(rules, part, ...)                                           \
  if (const std::string wrong = in_sandbox(rules, part, __VA_ARGS__); wrong == kNone) \
    GTEST_SKIP() << "this kernel has no such part";                                   \
  else                                                                                \
    EXPECT_EQ(wrong, "")

TEST(Sandbox, FilesAreWrittenWhereTheCommandWritesAndNowhereElse) {
  const TemporaryFolder folder;
  const fs::path in = folder / "in", out = folder / "out";
  for (const auto& path : {in / "a", in / "b", out / "a"}) fs::create_directories(path);
  write_file(out / "mine", "text");
  const auto calls = [&](Checks& checks) {
    checks.expect(error_of_open(in / "new", O_WRONLY | O_CREAT), 0);                               // 1
    for (int i = 0; i < 2; ++i) write_file(in / "a/rows.csv", "text");                             // also in its place
    checks.expect(error_of(rename((in / "a/rows.csv").c_str(), (in / "b/rows.csv").c_str())), 0);  // 2
    checks.expect(error_of(symlink("a", (in / "link").c_str())), 0);                               // 3
    checks.expect(error_of(mkdir((in / "c").c_str(), 0700)) + error_of(rmdir((in / "c").c_str())), 0);  // 4
    checks.expect(error_of_open(out / "mine", O_RDONLY), 0);                                            // 5
    checks.expect(error_of_open(out / "mine", O_WRONLY), EACCES);                                       // 6
    checks.expect(error_of_open(out / "new", O_WRONLY | O_CREAT), EACCES);                              // 7
    checks.expect(error_of_open(out, O_WRONLY | O_TMPFILE), EACCES);                                    // 8
    checks.expect(error_of(unlink((out / "mine").c_str())), EACCES);                                    // 9
    checks.expect(error_of(mkdir((out / "new").c_str(), 0700)), EACCES);                                // 10
    checks.expect(error_of(rmdir((out / "a").c_str())), EACCES);                                        // 11
    checks.expect(error_of(symlink("a", (out / "link").c_str())), EACCES);                              // 12
    checks.expect(error_of(link((out / "mine").c_str(), (in / "mine").c_str())), EXDEV);                // 13
    checks.expect(error_of_open(in / "link/../../out/mine", O_WRONLY), EACCES);                         // 14
    checks.expect(error_of_open("/dev/full", O_WRONLY), 0);                                             // 15
    checks.expect(error_of_open("/dev/null", O_WRONLY), EACCES);                                        // 16
  };
  const SandboxRules rules{.writable = {in, "/dev/full", folder / "missing"}};
  EXPECT_IN_SANDBOX(rules, &Sandbox::guards_files, calls);
  EXPECT_EQ(testing::read_all(out / "mine"), "text");
}

TEST(Sandbox, EmptyFoldersAreRemovedWhereTheRulesSaySo) {
  const TemporaryFolder folder;
  for (const char* name : {"made/run", "made/other"}) fs::create_directories(folder / name);
  write_file(folder / "made/other/file", "text");
  EXPECT_IN_SANDBOX(SandboxRules{.cleared = {folder / "made"}}, &Sandbox::guards_files, [&](Checks& checks) {
    checks.expect(error_of(rmdir((folder / "made/run").c_str())), 0);
    checks.expect(error_of(unlink((folder / "made/other/file").c_str())), EACCES);
    checks.expect(error_of_open(folder / "made/new", O_WRONLY | O_CREAT), EACCES);
  });
}

TEST(Sandbox, WhatLandlockLetsPassIsRefusedToo) {
  const TemporaryFolder folder;
  const auto mine = folder / "mine";
  write_file(mine, "text");
  EXPECT_IN_SANDBOX({}, &Sandbox::guards_programs_and_network, [&](Checks& checks) {
    checks.expect(error_of(truncate(mine.c_str(), 0)), EPERM);
    checks.expect(error_of_open(mine, O_RDONLY | O_TRUNC), EPERM);
    checks.expect(error_of(chmod(mine.c_str(), 0777)), EPERM);
    checks.expect(error_of_open(mine, O_RDONLY), 0);
  });
  EXPECT_EQ(testing::read_all(mine), "text");
}

TEST(Sandbox, NoProgramIsStarted) {
  EXPECT_IN_SANDBOX({}, &Sandbox::guards_programs_and_network, [](Checks& checks) {
    char program[] = "/bin/true";
    char* const line[] = {program, nullptr};
    pid_t child = 0;
    checks.expect(error_of(execv(program, line)), EPERM);
    for (const long request : {long{TIOCSTI}, long{TIOCSTI} | 1L << 32})  // typed at the terminal, for a shell
      checks.expect(error_of(syscall(SYS_ioctl, STDIN_FILENO, request, "x")), EPERM);
    checks.expect(posix_spawn(&child, program, nullptr, nullptr, line, nullptr), EPERM);
  });
}

int error_of_socket(int family, int type, int protocol = 0) {
  const int fd = socket(family, type | SOCK_CLOEXEC, protocol);
  const int error = error_of(fd);
  if (fd >= 0) close(fd);
  return error;
}

TEST(Sandbox, AProgramThatMayBeStartedWritesWhereTheCommandDoes) {
  const TemporaryFolder folder;
  fs::create_directories(folder / "in");
  const SandboxRules rules{.writable = {folder / "in"}, .may_start_programs = true};
  EXPECT_IN_SANDBOX(rules, &Sandbox::guards_files, [&](Checks& checks) {
    for (const char* name : {"in/new", "new"})
      checks.expect(std::system(("exec 2>/dev/null; : > " + (folder / name).native()).c_str()) == 0, name[0] == 'i');
    checks.expect(error_of_socket(AF_INET, SOCK_STREAM), 0);
    checks.expect(error_of(chmod((folder / "in").c_str(), 0777)), EPERM);
  });
  EXPECT_TRUE(fs::exists(folder / "in/new"));
}

sockaddr_in loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

TEST(Sandbox, TheNetworkIsNotReached) {
  const int before = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  EXPECT_IN_SANDBOX({}, &Sandbox::guards_programs_and_network, [&](Checks& checks) {
    for (const int family : {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK})
      checks.expect(error_of_socket(family, family == AF_NETLINK ? SOCK_RAW : SOCK_STREAM), EPERM);
    const sockaddr_in address = loopback(9);
    checks.expect(error_of(connect(before, reinterpret_cast<const sockaddr*>(&address), sizeof address)), EPERM);
  });
  close(before);
}

TEST(Sandbox, AServerListensAndConnectsToNobody) {
  EXPECT_IN_SANDBOX(SandboxRules{.may_serve = true}, &Sandbox::guards_programs_and_network, [](Checks& checks) {
    const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    checks.expect(error_of(bind(server, any, size)), 0);
    checks.expect(error_of(listen(server, 1)), 0);
    checks.expect(error_of(getsockname(server, any, &size)), 0);
    const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    checks.expect(error_of(connect(client, any, size)), EPERM);
    checks.expect(error_of(sendto(client, "x", 1, MSG_FASTOPEN, any, size)), EPERM);
    checks.expect(error_of_socket(AF_INET, SOCK_DGRAM), EPERM);
    checks.expect(error_of_socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP), EPERM);
    checks.expect(error_of_socket(AF_UNIX, SOCK_STREAM), EPERM);
    checks.expect(error_of_socket(AF_INET6, SOCK_STREAM), EPERM);
  });
}

TEST(Sandbox, BindsThreadsThatStartLater) {
  const TemporaryFolder folder;
  EXPECT_IN_SANDBOX({}, &Sandbox::guards_files, [&](Checks& checks) {
    std::thread([&] { checks.expect(error_of_open(folder / "new", O_WRONLY | O_CREAT), EACCES); }).join();
  });
}

}  // namespace
}  // namespace pawprint
