using System.Diagnostics;
using HybridStore.Tests.Support;

namespace HybridStore.Tests.Walk;

/// <summary>Runs commands in processes, kills some at random moments, and keeps a log of them.</summary>
/// <param name="workers">The processes.</param>
/// <param name="store">The store's folder.</param>
internal sealed class WalkRunner(WalkWorkers workers, string store)
{
    private readonly Dictionary<string, TimeSpan> _durations = [];

    /// <summary>What was done, a line a command.</summary>
    internal List<string> Log { get; } = [];

    /// <summary>What <c>HYBRID_PG</c> says; null for the store's own server.</summary>
    internal string? Address { get; set; }

    /// <summary>Runs a command, most often in a process that runs, and kills that now and then.</summary>
    /// <param name="action">The command.</param>
    /// <param name="worker">The process: commands that run at a time need one each.</param>
    /// <param name="random">Chooses.</param>
    /// <returns>Null when it was killed.</returns>
    internal async Task<ProgramRun?> TryRunAsync(WalkAction action, int worker, Random random)
    {
        var word = action.Arguments[0];
        var isWarm = random.Next(12) > 0 || word == WalkWorker.VacuumWord;
        var isKilled = isWarm && random.Next(5) == 0;
        TimeSpan? killAfter = isKilled && _durations.TryGetValue(word, out var usual) ? usual * (random.NextDouble() * 1.2) : null;
        var line = $"{action}{(isWarm ? "" : "    # in a new process")}";
        lock (Log) Log.Add(killAfter is { } time ? $"{line}    # killed after {time.TotalMilliseconds:0} ms, unless done" : line);
        if (!isWarm) return RunCold(action);
        var begin = Stopwatch.GetTimestamp();
        var run = await workers[worker].RunAsync(Address, Line(action), killAfter);
        lock (_durations)
        {
            if (run is not null) _durations[word] = Stopwatch.GetElapsedTime(begin);
        }

        return run;
    }

    /// <summary>Runs a command to its end.</summary>
    /// <param name="action">The command.</param>
    /// <param name="why">For the log.</param>
    internal async Task<ProgramRun> RunAsync(WalkAction action, string why)
    {
        Log.Add($"{action}    # {why}");
        return (await workers[0].RunAsync(Address, Line(action), killAfter: null))!;
    }

    private ProgramRun RunCold(WalkAction action)
    {
        var environment = Address is { } address ? new Dictionary<string, string> { ["HYBRID_PG"] = address } : null;
        return new HybridProgram(store, environment: environment).Run(action.Arguments);
    }

    private string[] Line(WalkAction action) =>
        action.Arguments[0] == WalkWorker.VacuumWord ? action.Arguments : [.. action.Arguments, "--store", store];
}
