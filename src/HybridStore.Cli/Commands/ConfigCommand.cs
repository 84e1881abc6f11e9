using System.CommandLine;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid config</c>: the settings of a store.</summary>
internal static class ConfigCommand
{
    private const string Default = "default";

    internal static Command Build(GlobalOptions options)
    {
        var command = new ExampleCommand("config", "The settings of the store: show, set", "hybrid config show", "hybrid config set window_days 60");
        var show = new ExampleCommand("show", "Print every setting, its value, and where that comes from", "hybrid config show", "hybrid config show --format json");
        show.SetAction(parsed => Show(options.Context(parsed)));
        var name = new Argument<string>("NAME") { Description = string.Join(", ", StoreSetting.All.Select(setting => setting.Name)) };
        name.CompletionSources.Add([.. StoreSetting.All.Select(setting => setting.Name)]);
        var value = new Argument<string>("VALUE") { Description = $"The value, or '{Default}'" };
        var set = new ExampleCommand("set", "Change a setting in hybrid.json; its comments stay", "hybrid config set window_days 60", "hybrid config set memory 4GB", "hybrid config set memory default") { name, value };
        set.SetAction(parsed => Set(options.Context(parsed), parsed.GetValue(name)!, parsed.GetValue(value)!));
        command.Subcommands.Add(show);
        command.Subcommands.Add(set);
        return command;
    }

    private static int Show(CommandContext context)
    {
        var paths = new StorePaths(context.Store);
        var file = StoreSettings.Read(paths.Settings);
        var effective = file.OverriddenBy(Environment.GetEnvironmentVariable);
        var values = StoreSetting.All.Select(setting => new SettingValue(setting.Name, setting.Read(effective), SourceOf(setting, file), setting.Summary)).ToList();
        if (context.IsJson)
        {
            JsonOutput.Write(context.Out, values, JsonOutput.Readable.ListSettingValue);
            return ExitCode.Ok;
        }

        context.Out.WriteLine(File.Exists(paths.Settings) ? paths.Settings : $"{paths.Settings} (not there yet)");
        TextTable.Write(context.Out, ["setting", "value", "from", "what it is"], values.Select(value => (string[])[value.Name, value.Value ?? "not set", value.Source, value.Summary]));
        return ExitCode.Ok;
    }

    private static string SourceOf(StoreSetting setting, StoreSettings file)
    {
        if (Environment.GetEnvironmentVariable(setting.Variable) is { Length: > 0 }) return setting.Variable;
        return setting.Read(file) == setting.Read(new StoreSettings()) ? Default : "hybrid.json";
    }

    private static int Set(CommandContext context, string name, string value)
    {
        var setting = StoreSetting.Find(name);
        var paths = context.OpenStore().Paths;
        SettingsFile.Set(paths.Settings, setting, value == Default ? null : value);
        if (Environment.GetEnvironmentVariable(setting.Variable) is { Length: > 0 } winner) context.Note($"{setting.Variable}={winner} wins over it here.");
        return ExitCode.Ok;
    }
}
