/** What customers run who listen on sockets with abstract names, and who try to reach them. */

const types = { datagram: 2, seqpacket: 5, stream: 1 }

/** What reaching says when each kind of socket answers like that. */
export const all = (answer: string): string =>
  Object.keys(types)
    .map((type) => `${type}: ${answer}\n`)
    .join('')

const perl = `use strict; use warnings;
  my %types = qw(${Object.entries(types).flat().join(' ')});
  my $name = shift;
  sub called { pack 'Sa*', 1, "\\0$_[0]" }`

/** Goes on after it has ended, and tells its secret to whoever comes. */
export const listening = `${perl}
  for my $type (sort keys %types) {
    socket my $socket, 1, $types{$type}, 0 or die $!;
    bind $socket, called("$name-$type") or die $!;
    if ($type ne 'datagram') { listen $socket, 9 or die $! }
    next if fork;
    close $_ for *STDIN, *STDOUT, *STDERR;
    while (1) {
      if ($type eq 'datagram') {
        my $from = recv $socket, my $heard, 99, 0;
        send $socket, "the secret of $name", 0, $from if $from;
      } elsif (accept my $guest, $socket) {
        syswrite $guest, "the secret of $name";
      }
    }
  }`

export const reaching = `${perl}
  for my $type (sort keys %types) {
    socket my $socket, 1, $types{$type}, 0 or die $!;
    bind $socket, pack 'S', 1 or die $! if $type eq 'datagram';
    if (!connect $socket, called("$name-$type")) { print "$type: $!\\n"; next }
    syswrite $socket, 'hello' if $type eq 'datagram';
    sysread $socket, my $heard, 99;
    print "$type: $heard\\n";
  }`

/** What PHP itself gets, and what a program does that it starts. */
export const page = `<?php
  if ($_GET['run'] === 'listen.pl') { exec('perl ../../listen.pl ' . $_GET['name']); exit; }
  $socket = @stream_socket_client("unix://\\0{$_GET['name']}-stream", $_, $error);
  echo 'PHP: ', $socket ? fread($socket, 99) : $error, "\\n";
  echo shell_exec('perl ../../reach.pl ' . $_GET['name']);`
