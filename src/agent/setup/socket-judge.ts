import { MAX_UID, MIN_UID } from '../../contract/document.ts'
import { JUDGES } from '../services/separate-sockets.ts'

/**
 * Has the kernel keep customers from each other's sockets until the next start. In Perl, as every
 * Debian host has it and none a compiler for BPF. Where the kernel keeps what the judges look at, it
 * says itself in the description of its types (BTF). It is tried before it is kept, for a kernel may
 * take a judge and never ask it.
 */
export const socketJudge = String.raw`#!/usr/bin/perl
use strict;
use warnings;
use POSIX ();

my ($MIN, $MAX, $JUDGES) = (${MIN_UID}, ${MAX_UID}, '${JUDGES}');

my ($functions, $offsets) = types('/sys/kernel/btf/vmlinux');
my $uid = $offsets->{'sock.sk_uid'} // die "no owners of sockets\n";
my $sk = $offsets->{'socket.sk'} // die "no sockets\n";

# r1 holds what the kernel tells: the socket that asks, and the one that it asks for
my @both = ([0x79, 0x12, 0, 0], [0x79, 0x13, 8, 0]);
my @inner = (
  [0x79, 0x22, $sk, 0],
  [0x79, 0x33, $sk, 0],
  [0x15, 0x02, 9, 0],     # no, if there is none: newer kernels want that asked
  [0x15, 0x03, 8, 0],
);
my @verdict = (
  [0x61, 0x22, $uid, 0],  # r2 = owner of the one
  [0x61, 0x33, $uid, 0],  # r3 = owner of the other
  [0xb7, 0x00, 0, 0],     # yes
  [0x1d, 0x32, 5, 0],     # if they are the same
  [0xa5, 0x02, 4, $MIN],  # or one of them is no customer
  [0x25, 0x02, 3, $MAX],
  [0xa5, 0x03, 2, $MIN],
  [0x25, 0x03, 1, $MAX],
  [0xb7, 0x00, 0, -1],    # else EPERM
  [0x95, 0x00, 0, 0],
);
my %judges = (
  unix_stream_connect => judge('unix_stream_connect', @both, @verdict),
  unix_may_send => judge('unix_may_send', @both, @inner, @verdict),
);
for my $type (1, 2) {
  die "the kernel does not ask\n" if reaches($type, $MIN, $MAX) or !reaches($type, $MIN, $MIN);
}

mkdir $JUDGES, 0700;
for my $question (keys %judges) {
  my ($path, $new) = ("$JUDGES/$question", "$JUDGES/new");
  unlink $new;
  my $text = "$new\0";
  bpf(6, pack 'QLL', address($text), $judges{$question}, 0);  # BPF_OBJ_PIN
  rename $new, $path or die "$path: $!\n";
}

sub types {
  open my $file, '<:raw', $_[0] or die "$_[0]: $!\n";
  my $all = do { local $/; <$file> };
  my ($magic, $header, $at, $length, $strings) = unpack 'Sx2L4', $all;
  die "types in an unknown form\n" if $magic != 0xeb9f;
  my $name = sub { unpack 'Z*', substr $all, $header + $strings + $_[0], 64 };
  # what follows a type: bytes, and bytes for each of its members
  my %size = (
    1 => [4, 0], 3 => [12, 0], 4 => [0, 12], 5 => [0, 12], 6 => [0, 8], 13 => [0, 8],
    14 => [4, 0], 15 => [0, 12], 17 => [4, 0], 19 => [0, 12], map { $_ => [0, 0] } 2, 7 .. 12, 16, 18,
  );
  my (%functions, %offsets);
  my $end = ($at += $header) + $length;
  for (my $id = 1; $at < $end; $id++) {
    my ($called, $info) = unpack 'L2', substr $all, $at, 8;
    $at += 12;
    my ($kind, $count) = ($info >> 24 & 31, $info & 0xffff);
    my ($once, $each) = @{$size{$kind} // die "type of an unknown kind: $kind\n"};
    my $text = $kind == 4 || $kind == 12 ? $name->($called) : '';
    if ($kind == 12) {
      $functions{$text} = $id;
    } elsif ($text =~ /^sock(et)?$/) {
      for (0 .. $count - 1) {
        my ($member, undef, $bit) = unpack 'L3', substr $all, $at + 12 * $_, 12;
        $offsets{"$text." . $name->($member)} = ($bit & 0xffffff) / 8;
      }
    }
    $at += $once + $each * $count;
  }
  return (\%functions, \%offsets);
}

# In force for as long as what it returns is open or has a name
sub judge {
  my ($question, @instructions) = @_;
  my $function = $functions->{"bpf_lsm_$question"} // die "the kernel cannot ask\n";
  my $code = join '', map { pack 'CCsl', @$_ } @instructions;
  my $license = "GPL\0";
  # BPF_PROG_LOAD of BPF_PROG_TYPE_LSM for BPF_LSM_MAC, and BPF_RAW_TRACEPOINT_OPEN
  my @load = (29, scalar @instructions, address($code), address($license), 'innkeeper', 27, $function);
  my $loaded = bpf(5, pack 'L2Q2x24a16x4Lx36L', @load);
  return bpf(17, pack 'QLL', 0, $loaded, 0);
}

sub bpf {
  my ($command, $attributes) = @_;
  my %number = (x86_64 => 321, aarch64 => 280);
  my $number = $number{(POSIX::uname())[4]} // die "unknown processor\n";
  my $result = syscall $number, $command, $attributes, length $attributes;
  die "bpf $command: $!\n" if $result < 0;
  return $result;
}

sub address { unpack 'Q', pack 'P', $_[0] }

sub reaches {
  my ($type, @owners) = @_;
  my ($from, $to) = map {
    local $> = $_;
    socket my $socket, 1, $type, 0 or die "socket: $!\n";
    $socket;
  } @owners;
  my $address = pack 'Sa*', 1, "\0innkeeper-separate-sockets-$$-@owners";
  bind $to, $address or die "bind: $!\n";
  listen $to, 1 if $type == 1;
  return connect $from, $address;
}
`
