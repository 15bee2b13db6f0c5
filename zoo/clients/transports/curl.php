<?php
/** PHP's curl extension: one handle for all requests, and no setting but the request. */
if (($argv[1] ?? '') === '--version') {
    echo PHP_VERSION, ' (libcurl ', curl_version()['version'], ")\n";
    exit;
}
$handle = curl_init();
while (($line = fgets(STDIN)) !== false) {
    [$method, $url] = explode(' ', trim($line));
    curl_reset($handle);
    curl_setopt_array($handle, [CURLOPT_URL => $url, CURLOPT_RETURNTRANSFER => true]);
    if ($method === 'POST') {
        curl_setopt_array($handle, [CURLOPT_POSTFIELDS => '{"amount":4200}', CURLOPT_HTTPHEADER => ['content-type: application/json']]);
    }
    $answer = curl_exec($handle);
    $status = curl_getinfo($handle, CURLINFO_RESPONSE_CODE);
    echo $answer === false ? curl_error($handle) : ($status < 400 ? 'ok' : "status $status"), "\n";
}
