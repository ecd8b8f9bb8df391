Console.Error.WriteLine("dev broker: not there yet");
return 1;
