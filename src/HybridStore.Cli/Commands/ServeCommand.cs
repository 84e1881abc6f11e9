using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output;
using HybridStore.Cli.Output.Rows;
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
        var server = new HotServer(store.Paths, Environment.GetEnvironmentVariable, TimeProvider.System);
        await server.RunAsync(once, Show, note => context.Note(TerminalText.Visible(note)), cancellationToken);
        return failed > 0 ? ExitCode.SourceData : ExitCode.Ok;

        void Show(HotRequestOutcome outcome)
        {
            if (!outcome.IsDone) failed++;
            if (context.IsJson) context.Out.WriteLine(JsonSerializer.Serialize(outcome, JsonOutput.Line.HotRequestOutcome));
            else context.Out.WriteLine(Describe(outcome));
            context.Out.Flush();
        }
    }

    /// <summary>The request's words are those of whoever may call hybrid.hydrate.</summary>
    private static string Describe(HotRequestOutcome outcome)
    {
        var (dataset, message) = (TerminalText.Visible(outcome.Dataset), TerminalText.Visible(outcome.Message));
        var ended = outcome.IsDone ? "done" : "failed";
        return string.Create(CultureInfo.InvariantCulture, $"request {outcome.Id} ({dataset}) {ended} in {outcome.Seconds:0.00} s: {message}");
    }
}
