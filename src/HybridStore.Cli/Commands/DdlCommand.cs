using System.CommandLine;
using HybridStore.Cli.Options;
using HybridStore.Lake;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid ddl</c>: how another engine sees a dataset.</summary>
internal static class DdlCommand
{
    internal static Command Build(GlobalOptions options)
    {
        var dataset = new Argument<string?>("DATASET") { Description = "Default: the store's only dataset", Arity = ArgumentArity.ZeroOrOne };
        var engine = ChoiceOption.Create("--engine", "duckdb", "The engine", [.. Enum.GetValues<DdlEngine>().Select(NameOf)]);
        var location = new Option<string?>("--location") { Description = "Where the engine finds the folder, such as s3://bucket/quotes. Default: the folder", HelpName = "URL" };
        var command = new ExampleCommand("ddl", "Print the statements that register a dataset in another engine", "hybrid ddl quotes --engine trino --location s3://lake/quotes") { dataset, engine, location };
        command.SetAction(parsed =>
        {
            var context = options.Context(parsed);
            var chosen = Enum.GetValues<DdlEngine>().First(value => NameOf(value) == parsed.GetValue(engine));
            context.Out.WriteLine(DdlSql.For(chosen, DatasetChoice.One(context.OpenStore(), parsed.GetValue(dataset)), parsed.GetValue(location)));
            return ExitCode.Ok;
        });
        return command;
    }

    private static string NameOf(DdlEngine engine) => engine.ToString().ToLowerInvariant();
}
