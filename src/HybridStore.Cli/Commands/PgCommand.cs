using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output;
using HybridStore.Hot;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid pg</c>: the store's own Postgres.</summary>
internal static class PgCommand
{
    internal static Command Build(GlobalOptions options)
    {
        var command = new ExampleCommand("pg", "The store's own Postgres: start, stop, status, url, psql", "hybrid pg status", "psql \"$(hybrid pg url)\"", "hybrid pg psql -- -c 'select count(*) from quotes'");
        command.Subcommands.Add(Verb("start", "Start it, and make it on first use", options, StartAsync));
        command.Subcommands.Add(Verb("stop", "Stop it; what it holds stays", options, StopAsync));
        command.Subcommands.Add(Verb("status", "Whether it runs, and where its data is", options, (context, server, _) => Task.FromResult(Status(context, server))));
        command.Subcommands.Add(Verb("url", "Print an address for libpq's clients, and start it when it does not run", options, UrlAsync));
        var arguments = new Argument<string[]>("ARGUMENT") { Description = "For psql, after --", Arity = ArgumentArity.ZeroOrMore };
        var psql = new ExampleCommand("psql", "Open psql on it (psql itself must be installed)", "hybrid pg psql", "hybrid pg psql -- -c 'select count(*) from quotes'") { arguments };
        psql.SetAction((parsed, cancellationToken) => PsqlAsync(options.Context(parsed), parsed.GetValue(arguments)!, cancellationToken));
        command.Subcommands.Add(psql);
        return command;
    }

    private static ExampleCommand Verb(string name, string description, GlobalOptions options, Func<CommandContext, EmbeddedPostgres, CancellationToken, Task<int>> run)
    {
        var command = new ExampleCommand(name, description, $"hybrid pg {name}");
        command.SetAction((parsed, cancellationToken) =>
        {
            var context = options.Context(parsed);
            return run(context, new EmbeddedPostgres(context.OpenStore().Paths, TimeProvider.System), cancellationToken);
        });
        return command;
    }

    private static async Task<int> StartAsync(CommandContext context, EmbeddedPostgres server, CancellationToken cancellationToken)
    {
        await server.StartAsync(cancellationToken);
        return Status(context, server);
    }

    private static async Task<int> StopAsync(CommandContext context, EmbeddedPostgres server, CancellationToken cancellationToken)
    {
        var stopped = await server.StopAsync(cancellationToken);
        if (!context.IsJson) context.Note(stopped ? "Postgres is stopped; what it holds stays." : "Postgres does not run.");
        return context.IsJson ? Status(context, server) : ExitCode.Ok;
    }

    private static int Status(CommandContext context, EmbeddedPostgres server)
    {
        var status = PgStatus.Of(server.Status());
        if (context.IsJson) JsonOutput.Write(context.Out, status, JsonOutput.Readable.PgStatus);
        else context.Out.WriteLine(status.ToText());
        return ExitCode.Ok;
    }

    private static async Task<int> UrlAsync(CommandContext context, EmbeddedPostgres server, CancellationToken cancellationToken)
    {
        var url = (await server.StartAsync(cancellationToken)).Url;
        if (context.IsJson) JsonOutput.Write(context.Out, new Dictionary<string, string> { ["url"] = url }, JsonOutput.Readable.DictionaryStringString);
        else context.Out.WriteLine(url);
        return ExitCode.Ok;
    }

    private static async Task<int> PsqlAsync(CommandContext context, string[] arguments, CancellationToken cancellationToken)
    {
        var server = await new EmbeddedPostgres(context.OpenStore().Paths, TimeProvider.System).StartAsync(cancellationToken);
        try
        {
            using var process = Process.Start(new ProcessStartInfo("psql", [server.Url, .. arguments]))!;
            // Ctrl-C belongs to psql: it cancels a query there.
            await process.WaitForExitAsync(CancellationToken.None);
            return process.ExitCode;
        }
        catch (Win32Exception exception)
        {
            throw new StoreException(
                StoreErrorKind.Environment,
                "psql was not found: install it (Debian package postgresql-client), or give the address of 'hybrid pg url' to another client.",
                exception);
        }
    }
}
