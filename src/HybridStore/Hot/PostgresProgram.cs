using System.ComponentModel;
using System.Diagnostics;
using HybridStore.Native.Posix;

namespace HybridStore.Hot;

/// <summary>Runs the Postgres server's own programs, under another account where need be.</summary>
/// <param name="folder">The folder with <c>bin</c>, <c>lib</c> and <c>share</c>.</param>
/// <param name="account">Who runs them; null for the account of this process.</param>
internal sealed class PostgresProgram(string folder, Account? account)
{
    /// <summary>How a program ended.</summary>
    internal readonly record struct Outcome(int ExitCode, string Output);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">A program in <c>bin</c>, or an absolute path.</param>
    /// <param name="workingFolder">Where it runs; a place that the account can enter.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Stops waiting; a program that was started is let finish, so that it cleans up.</param>
    /// <exception cref="StoreException">Environment: the program does not start.</exception>
    internal async Task<Outcome> RunAsync(string program, string workingFolder, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Path.Combine(folder, "bin", program), arguments)
        {
            WorkingDirectory = workingFolder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Of this process' environment nothing matters to the server, and PG* or LC_* could change what it does.
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
        start.Environment["LC_ALL"] = "C";
        start.Environment["TZ"] = "UTC";
        start.Environment["PGDATA"] = "data";
        if (account is not null) start.UserName = account.Name;
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            var text = await output.ConfigureAwait(false) + await error.ConfigureAwait(false);
            return new Outcome(process.ExitCode, text.Trim());
        }
        catch (Win32Exception e)
        {
            throw new StoreException(
                StoreErrorKind.Environment,
                $"{start.FileName}: the embedded Postgres does not start{(account is null ? "" : $" as account {account.Name}")} in {workingFolder}: {e.Message}. Set HYBRID_PG to a Postgres of your own, or see 'hybrid doctor'.",
                e);
        }
    }
}
