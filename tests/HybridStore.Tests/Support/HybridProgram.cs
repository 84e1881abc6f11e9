using System.Diagnostics;
using HybridStore.Hot;

namespace HybridStore.Tests.Support;

/// <summary>What a run of the built program left behind.</summary>
/// <param name="ExitCode">What it returned.</param>
/// <param name="Out">What it wrote to stdout.</param>
/// <param name="Error">What it wrote to stderr.</param>
internal sealed record ProgramRun(int ExitCode, string Out, string Error);

/// <summary>The built program as a child process, with a store and an environment of its own.</summary>
internal sealed class HybridProgram(string store, string? workingFolder = null, IReadOnlyDictionary<string, string>? environment = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    internal string Store => store;

    internal ProgramRun Run(params string[] arguments) => Finish(Start(arguments), $"hybrid {string.Join(' ', arguments)}");

    /// <summary>Runs a script of the shell, for what only a shell does to a program; <c>"$hybrid"</c> is the program.</summary>
    internal ProgramRun RunScript(string script) => Finish(StartProcess("/bin/sh", ["-c", script]), script);

    private static ProgramRun Finish(Process process, string what)
    {
        using var owned = process;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{what}: did not end within {Patience}.");
        }

        return new ProgramRun(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    /// <summary>Runs, and fails the test when the program does.</summary>
    internal string RunOk(params string[] arguments)
    {
        var run = Run(arguments);
        Xunit.Assert.True(run.ExitCode == 0, $"hybrid {string.Join(' ', arguments)} returned {run.ExitCode}:\n{run.Error}{run.Out}");
        return run.Out;
    }

    /// <summary>Stops the store's own Postgres and removes its data, also where it lies outside of the store.</summary>
    internal void DeleteHot() => new EmbeddedPostgres(new StorePaths(store), TimeProvider.System).DeleteAsync(CancellationToken.None).GetAwaiter().GetResult();

    internal Process Start(params string[] arguments) => StartProcess(ProgramPath, arguments);

    private static string ProgramPath => Path.Combine(AppContext.BaseDirectory, "hybrid");

    private Process StartProcess(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = workingFolder ?? Environment.CurrentDirectory,
        };
        start.Environment["HYBRID_STORE"] = store;
        start.Environment["hybrid"] = ProgramPath;
        foreach (var name in (string[])["HYBRID_PG", "PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGPASSWORD"]) start.Environment.Remove(name);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }
}
