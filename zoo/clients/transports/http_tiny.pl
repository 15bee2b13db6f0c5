# HTTP::Tiny with no setting.
use strict;
use warnings;
use HTTP::Tiny;

if (@ARGV) {
    printf "%s (perl %vd)\n", HTTP::Tiny->VERSION, $^V;
    exit;
}
$| = 1;
my $http = HTTP::Tiny->new;
while (my $line = <STDIN>) {
    my ($method, $url) = split " ", $line;
    my %body = $method eq "POST"
        ? (content => '{"amount":4200}', headers => { "content-type" => "application/json" })
        : ();
    my $answer = $http->request($method, $url, \%body);
    my $said = $answer->{status} == 599 ? $answer->{content} : "status $answer->{status}";
    $said =~ s/\s+/ /g;
    print $answer->{success} ? "ok" : $said, "\n";
}
