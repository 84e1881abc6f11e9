using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output;
using HybridStore.Hot;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid serve</c>: carries out what is asked for inside of Postgres.</summary>
internal static class ServeCommand
{
    internal static Command Build(GlobalOptions options)
    {
        var hot = new Option<bool>("--hot") { Description = "Load what 'select hybrid.hydrate(...)' in Postgres asks for" };
        var once = new Option<bool>("--once") { Description = "Carry out what is queued, and end" };
        var command = new ExampleCommand(
            "serve",
            "Serve requests from inside of Postgres until Ctrl-C; several servers may run at once",
            "hybrid serve --hot",
            "hybrid serve --hot --once --format json",
            "hybrid pg psql -- -c \"select hybrid.hydrate('quotes', 'AIG,IBM', '2013-10-07', '2013-10-11')\" -c 'select * from hybrid.requests'")
        {
            hot, once,
        };
        command.SetAction((parsed, cancellationToken) => parsed.GetValue(hot)
            ? RunAsync(options.Context(parsed), parsed.GetValue(once), cancellationToken)
            : throw new StoreException(StoreErrorKind.Usage, "hybrid serve: expected --hot, the one thing that it serves."));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, bool once, CancellationToken cancellationToken)
    {
        var store = context.OpenStore();
        if (!once) context.Note("Waiting for requests: select hybrid.hydrate('dataset', 'SYMBOL,...', 'first day', 'last day') in Postgres. Ctrl-C ends.");
        var failed = 0;
        await new HotServer(store.Paths, Environment.GetEnvironmentVariable, TimeProvider.System).RunAsync(once, Show, context.Note, cancellationToken);
        return failed > 0 ? ExitCode.SourceData : ExitCode.Ok;

        void Show(HotRequestOutcome outcome)
        {
            if (!outcome.IsDone) failed++;
            if (context.IsJson) context.Out.WriteLine(JsonSerializer.Serialize(outcome, JsonOutput.Line.HotRequestOutcome));
            else context.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"request {outcome.Id} ({outcome.Dataset}) {(outcome.IsDone ? "done" : "failed")} in {outcome.Seconds:0.00} s: {outcome.Message}"));
            context.Out.Flush();
        }
    }
}
