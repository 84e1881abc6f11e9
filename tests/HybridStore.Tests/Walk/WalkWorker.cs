using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;
using HybridStore.Lake;
using HybridStore.Tests.Support;

namespace HybridStore.Tests.Walk;

/// <summary>A process that runs one command line of hybrid after the other: as the program does, without its start.</summary>
internal sealed class WalkWorker : IDisposable
{
    /// <summary>Instead of a command: a vacuum without patience; the dataset's folder and <c>log</c> or <c>files</c> follow.</summary>
    internal const string VacuumWord = "_vacuum";

    private const string Variable = "HYBRID_TEST_WALK_WORKER";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly Process _process;

    internal WalkWorker()
    {
        var program = Path.Combine(AppContext.BaseDirectory, typeof(WalkWorker).Assembly.GetName().Name!);
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment[Variable] = "1";
        _process = Process.Start(start)!;
    }

    /// <summary>Whether it can run a command.</summary>
    internal bool IsAlive { get; private set; } = true;

    /// <summary>Runs a command line.</summary>
    /// <param name="address">What <c>HYBRID_PG</c> is to say; null for the store's own server.</param>
    /// <param name="arguments">Of the program.</param>
    /// <param name="killAfter">When to kill the process, unless the command has ended; null for never.</param>
    /// <returns>Null when it was killed.</returns>
    internal async Task<ProgramRun?> RunAsync(string? address, string[] arguments, TimeSpan? killAfter)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new WalkRequest(address, arguments)));
        await _process.StandardInput.FlushAsync();
        var command = $"hybrid {string.Join(' ', arguments)}";
        var answer = _process.StandardOutput.ReadLineAsync();
        try
        {
            var line = await answer.WaitAsync(killAfter ?? Patience) ?? throw new WalkException($"{command}: the process ended by itself.");
            return JsonSerializer.Deserialize<ProgramRun>(line)!;
        }
        catch (TimeoutException)
        {
            Kill();
            return killAfter is null ? throw new WalkException($"{command} did not end within {Patience}.") : null;
        }
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private void Kill()
    {
        IsAlive = false;
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Runs before the test runner does, which would look at every test first.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "It is the quickest way into a child of this very program.")]
    internal static void Serve()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null) return;
        var answers = Console.Out;
        while (Console.In.ReadLine() is { } line)
        {
            var request = JsonSerializer.Deserialize<WalkRequest>(line)!;
            Environment.SetEnvironmentVariable("HYBRID_PG", request.Address);
            using var output = new StringWriter();
            using var error = new StringWriter();
            Console.SetOut(output);
            Console.SetError(error);
            var exitCode = request.Arguments is [VacuumWord, var folder, var withLog]
                ? Vacuum(folder, withLog == "log", output)
                : HybridStore.Cli.Program.Execute(request.Arguments, () => null);
            answers.WriteLine(JsonSerializer.Serialize(new ProgramRun(exitCode, output.ToString(), error.ToString())));
            answers.Flush();
        }

        Environment.Exit(0);
    }

    /// <summary>What <c>hybrid vacuum</c> does, without its hour of patience.</summary>
    private static int Vacuum(string folder, bool withLog, StringWriter output)
    {
        var table = new LakeTable(folder, TimeProvider.System);
        table.Recover();
        var oldest = table.Vacuum(TimeSpan.Zero, dryRun: false, CancellationToken.None).OldestVersion;
        if (withLog) oldest = Math.Max(oldest, table.CleanLog(TimeSpan.Zero, dryRun: false, CancellationToken.None).OldestVersion);
        output.Write(oldest);
        return 0;
    }

    /// <param name="Address">What <c>HYBRID_PG</c> is to say.</param>
    /// <param name="Arguments">Of the program.</param>
    private sealed record WalkRequest(string? Address, string[] Arguments);
}
